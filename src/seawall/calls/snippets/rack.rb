
# In config.ru or, for Rails, `config.middleware.use RedisNamedAfterRoute` in config/application.rb.
class RedisNamedAfterRoute
  def initialize(app)
    @app = app
  end

  def call(env)
    name = "route:#{env["REQUEST_METHOD"]}:#{env["PATH_INFO"]}"
    RedisConnectionNames.during(name) { @app.call(env) }
  end
end


# In the initializer of Sidekiq, behind the above.
class RedisNamedAfterJob
  def call(_worker, job, _queue, &block)
    RedisConnectionNames.during("job:#{job["wrapped"] || job["class"]}", &block)
  end
end

Sidekiq.configure_server do |config|
  config.server_middleware { |chain| chain.add(RedisNamedAfterJob) }
end

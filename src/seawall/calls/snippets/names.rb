# Names each Redis connection after the job or route that uses it, so that a slow-log entry says who sent it.
# A connection that changes hands costs one CLIENT SETNAME, a round trip; one that stays with a job costs nothing more.
# Works with redis 4 and with redis-client (redis 5, Sidekiq 7).
module RedisConnectionNames
  def self.during(name)
    before = Thread.current[:redis_connection_name]
    Thread.current[:redis_connection_name] = name.to_s.gsub(/[^!-~]/, "_")[0, 128]
    yield
  ensure
    Thread.current[:redis_connection_name] = before
  end

  def self.current
    Thread.current[:redis_connection_name]
  end

  # redis 4: every command of a connection goes through `process`.
  module Redis4
    def connect
      @connecting = true
      @named = nil
      super
    ensure
      @connecting = false
    end

    def process(commands)
      name = RedisConnectionNames.current
      if name && name != @named && !@connecting
        ensure_connected { @named = name } # a reconnect would forget it
        call([:client, :setname, name])
      end
      super
    end
  end

  # redis-client: a middleware, one for each client. What a connection begins with goes out before its name.
  module RedisClient5
    BEGINNING = %w[HELLO AUTH SELECT CLIENT READONLY ROLE].freeze

    def connect(config)
      @named = nil
      super
    end

    def call(command, config)
      rename(command)
      super
    end

    def call_pipelined(commands, config)
      rename(commands.first)
      super
    end

    private

    def rename(command)
      name = RedisConnectionNames.current
      return if name.nil? || name == @named || BEGINNING.include?(command&.first.to_s.upcase)

      client.call_once("CLIENT", "SETNAME", name)
      @named = name
    end
  end
end

if defined?(::RedisClient)
  ::RedisClient.register(RedisConnectionNames::RedisClient5)
elsif defined?(::Redis::Client)
  ::Redis::Client.prepend(RedisConnectionNames::Redis4)
end

"""The room of Redis and Valkey servers: what is slow, why, and what to do."""

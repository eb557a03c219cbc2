-- A server shows that it lives, and hears which others do.
--
-- KEYS[1] the servers: a sorted set by the time of the last beat
-- ARGV[1] server   ARGV[2] lease, in milliseconds

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local lease = tonumber(ARGV[2])

redis.call('ZADD', KEYS[1], now, ARGV[1])
-- Who is long dead has been dealt with by everybody.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 20 * lease)
redis.call('PEXPIRE', KEYS[1], 20 * lease)
return {
  redis.call('ZRANGEBYSCORE', KEYS[1], now - lease, '+inf'),
  redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now - lease)),
  now,
}

-- A room that is open gets a capacity of its own, which it keeps until it is empty.
--
-- ARGV[2] capacity, or nothing: as many as the operator chose

if redis.call('EXISTS', roster) == 0 then return 0 end
if ARGV[2] == '' then
  redis.call('HDEL', state, 'capacity')
else
  redis.call('HSET', state, 'capacity', ARGV[2])
end
redis.call('PEXPIRE', state, ARGV[1])
return 1

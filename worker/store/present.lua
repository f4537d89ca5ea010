-- Says that a worker is ready, for a while, or that it no longer is.
-- KEYS: workers
-- ARGV: what the worker says of itself, milliseconds (0: it is not ready)

must_be('workers', KEYS[1], 'zset')
must_be_whole(ARGV[2])
must_be_allowed('workers', KEYS[1], 'PEXPIRE', 'ZADD', 'ZREM', 'ZREMRANGEBYSCORE')
if problem then
  return redis.error_reply(problem)
end

local now, milliseconds = now_milliseconds(), tonumber(ARGV[2])
local longest = math.max(milliseconds, 1000) * 10
-- First, so that a full Redis runs the rest. After the last worker nothing of this stays.
redis.call('PEXPIRE', KEYS[1], longest)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now))
-- And what was said before Redis's clock stepped back: nobody is announced for so long.
redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('(%.0f', now + longest), '+inf')
if milliseconds > 0 then
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + milliseconds), ARGV[1])
  redis.call('PEXPIRE', KEYS[1], milliseconds * 10)
else
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return 1

-- Takes a try back that came to nothing by Redis's or the network's fault.
-- KEYS: attempts
-- ARGV: entry id, how often with that try
-- Returns 1; 0: the entry is finished, or another holder has tried it since.

must_be('attempts', KEYS[1], 'hash')
must_be_allowed('attempts', KEYS[1], 'HSET')
if problem then
  return redis.error_reply(problem)
end
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return 0
end

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] - 1)
return 1

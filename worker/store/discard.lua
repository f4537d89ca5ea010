-- Takes a dead letter away for good.
-- KEYS: dead letters, counters
-- ARGV: id
-- Returns how many: 1 or 0.

must_be('dead-letters', KEYS[1], 'stream')
if must_be('counters', KEYS[2], 'hash') then
  must_count('counters', KEYS[2], 'discarded')
end
if problem then
  return redis.error_reply(problem)
end
if not entry_of(KEYS[1], ARGV[1]) then
  return 0
end

redis.call('HINCRBY', KEYS[2], 'discarded', 1)
return redis.call('XDEL', KEYS[1], ARGV[1])

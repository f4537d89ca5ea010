-- Counts that an entry is about to be tried alone.
-- KEYS: lease, attempts
-- ARGV: token, lease milliseconds, entry id, how often with this time
-- Returns 1. The count is said, not added to, so that a repeated call counts once.

must_hold(KEYS[1], ARGV[1])
must_be('attempts', KEYS[2], 'hash')
must_be_allowed('lease', KEYS[1], 'PEXPIRE')
must_be_allowed('attempts', KEYS[2], 'HSET')
if problem then
  return redis.error_reply(problem)
end

redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
return 1

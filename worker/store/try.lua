-- Counts that an entry is about to be tried alone.
-- KEYS: lease, attempts, stream
-- ARGV: token, lease milliseconds, entry id, how often with this time
-- Returns 1. The count is said, not added to, so that a repeated call counts once. An entry that a
-- restarted Redis has forgotten is not counted: nobody would ever remove the count.

must_hold(KEYS[1], ARGV[1])
must_be('attempts', KEYS[2], 'hash')
if must_be('stream', KEYS[3], 'stream') == false or not entry_of(KEYS[3], ARGV[3]) then
  note('STALE entry')
end
must_be_allowed('lease', KEYS[1], 'PEXPIRE')
must_be_allowed('attempts', KEYS[2], 'HSET')
if problem then
  return redis.error_reply(problem)
end

redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
return 1

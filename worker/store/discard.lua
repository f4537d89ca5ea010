-- Takes a dead letter away for good, and notes which it was and why.
-- KEYS: dead letters, counters, discarded, dead letters by member
-- ARGV: id, why
-- Returns how many: 1 or 0.

local dead_letters, counters, discarded, by_member = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

must_be('dead-letters', dead_letters, 'stream')
must_be('dead-letters-by-member', by_member, 'zset')
must_grow('discarded', discarded, 0)
if must_be('counters', counters, 'hash') then
  must_count('counters', counters, 'discarded')
end
must_be_allowed('discarded', discarded, 'XADD')
must_be_allowed('counters', counters, 'HINCRBY')
must_be_allowed('dead-letters', dead_letters, 'XDEL')
must_be_allowed('dead-letters-by-member', by_member, 'ZREM')
if problem then
  return redis.error_reply(problem)
end
local fields = entry_of(dead_letters, ARGV[1])
if not fields then
  return 0
end

local trace = { 'XADD', discarded, '*', 'letter', ARGV[1], 'because', ARGV[2] }
local stays = { 'reason', 'event_id', 'source', 'first_at', 'last_at' }
for i = 1, #stays do
  local value = value_of(fields, stays[i])
  if value then
    trace[#trace + 1] = stays[i]
    trace[#trace + 1] = value
  end
end
redis.call(unpack(trace))
redis.call('HINCRBY', counters, 'discarded', 1)
forget_member_of(by_member, fields, ARGV[1])
return redis.call('XDEL', dead_letters, ARGV[1])

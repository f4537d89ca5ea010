-- Puts a dead letter back to the door as it came there, and takes it from the dead letters.
-- KEYS: dead letters, door, counters, dead letters by member
-- ARGV: id
-- Returns 1; 0: there is no such dead letter; -1: it was no event but a command.

local dead_letters, door, counters, by_member = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

must_be('dead-letters', dead_letters, 'stream')
must_be('dead-letters-by-member', by_member, 'zset')
must_grow('stream', door, 0)
if must_be('counters', counters, 'hash') then
  must_count('counters', counters, 'redriven')
end
must_be_allowed('stream', door, 'XADD')
must_be_allowed('counters', counters, 'HINCRBY')
must_be_allowed('dead-letters', dead_letters, 'XDEL')
must_be_allowed('dead-letters-by-member', by_member, 'ZREM')
if problem then
  return redis.error_reply(problem)
end
local fields = entry_of(dead_letters, ARGV[1])
if not fields then
  return 0
elseif value_of(fields, 'order') then
  return -1
end

local function as_it_came(name)
  return name == 'event' and name or string.match(name, '^entry:(.*)$')
end

local arguments = { 'XADD', door, '*' }
add_fields(arguments, fields, FIELDS_MAX, as_it_came)
redis.call(unpack(arguments))
redis.call('HINCRBY', counters, 'redriven', 1)
forget_member_of(by_member, fields, ARGV[1])
redis.call('XDEL', dead_letters, ARGV[1])
return 1

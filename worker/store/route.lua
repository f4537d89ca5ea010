-- Moves entries from the door to their lanes, with the door's id as a field.
-- KEYS: lease, door, meta, counters, attempts, takes, then of each lane: stream, mark
-- ARGV: token, lease milliseconds, number of lanes, milliseconds for which no dispatch is to be sent
--       for a lane, as the caller goes there itself, then of each entry: id, position of its lane

local OTHER_KEYS, FIRST = 6, 5

local lease, door, meta = KEYS[1], KEYS[2], KEYS[3]
local counters, attempts, takes = KEYS[4], KEYS[5], KEYS[6]
local ids = {}
for i = FIRST, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
end

must_hold(lease, ARGV[1])
must_be('stream', door, 'stream')
must_be('meta', meta, 'hash')
local any_tried = must_be('attempts', attempts, 'hash')
must_be('takes', takes, 'hash')
if must_be('counters', counters, 'hash') then
  must_count('counters', counters, 'routed')
end
for i = OTHER_KEYS + 1, #KEYS, 2 do
  must_grow('stream', KEYS[i], 0)
end
if problem then
  return redis.error_reply(problem)
end
if redis.call('HGET', meta, 'lanes') ~= ARGV[3] then
  note('DISAGREE lanes ' .. (redis.call('HGET', meta, 'lanes') or 'none'))
end
must_be_allowed('lease', lease, 'PEXPIRE')
must_be_allowed('stream', door, 'XDEL')
must_be_allowed('counters', counters, 'HINCRBY')
must_be_allowed('takes', takes, 'HDEL')
must_be_allowed('attempts', attempts, 'HDEL', 'HSET')
for i = OTHER_KEYS + 1, #KEYS, 2 do
  must_be_allowed('stream', KEYS[i], 'XADD')
  must_be_allowed('mark', KEYS[i + 1], 'SET')
end
local entries = must_stand(door, ids)
for i = FIRST, #ARGV, 2 do
  must_be_position(ARGV[i + 1], (#KEYS - OTHER_KEYS) / 2)
end
if problem then
  return redis.error_reply(problem)
end

local function as_it_came(name)
  return 'entry:' .. name
end

local writes = {}
for i = FIRST, #ARGV, 2 do
  local lane = KEYS[OTHER_KEYS + 2 * ARGV[i + 1] - 1]
  local arguments = { PLAIN, 'XADD', lane, '*', 'door', ARGV[i] }
  local event = value_of(entries[ARGV[i]], 'event')
  if event then
    arguments[#arguments + 1] = 'event'
    arguments[#arguments + 1] = event
  else
    add_fields(arguments, entries[ARGV[i]], FIELDS_MAX_AT_DOOR, as_it_came)
  end
  writes[#writes + 1] = arguments
end
if tonumber(ARGV[4]) > 0 then
  for i = OTHER_KEYS + 2, #KEYS, 2 do
    writes[#writes + 1] = { PLAIN, 'SET', KEYS[i], given_for('busy', ARGV[4]), 'PX', ARGV[4] }
  end
end
writes[#writes + 1] = { PLAIN, 'HINCRBY', counters, 'routed', #ids }
writes[#writes + 1] = { PLAIN, 'HDEL', takes, 'door' }
if any_tried then
  add_write_of_all(writes, 'HDEL', attempts, ids)
end
add_write_of_all(writes, 'XDEL', door, ids)

redis.call('PEXPIRE', lease, ARGV[2])
return write_all(attempts, writes) or #ids

-- Finishes entries of a lane: all that they led to, and last of all their removal.
-- First every read and check, then only writes that the checks have made infallible: a script is
-- isolated, but not rolled back. See `writes.lua` for one that is refused all the same.
-- KEYS: lease, stream, determinations, dead letters, counters, attempts, takes,
--       dead letters by member, then the records, the indexes, the claims, the pends and the lists
--       of what was received
-- ARGV: token, lease milliseconds, time, place, what is small packed as MessagePack, the value of
--       each record, the event of each determination
--       Packed are done: ids, the first of the stream, as they stand there;
--       stamps: of each record before; indexes: how many keys;
--       determinations: position of the index of each;
--       claims, of each key: {member, ...};
--       pends, of each key: {{line that pends no longer, ...}, {score, line, ...}};
--       letters: {id, {reason, ...}}, the values in the order of LETTER;
--       counters: {field, increment, ...}; received, of each key: {packed event, ...}

local FIXED_KEYS, FIXED_ARGUMENTS = 8, 5
local LETTER = {
  'reason', 'detail', 'attempts', 'first_at', 'last_at', 'event_id', 'source', 'member_hash',
  'traceparent', 'tracestate',
}
local MEMBER_HASH = 8 -- its position; what comes after it is left out where it is empty

local lease, stream, determinations, dead_letters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local counters, attempts, takes, by_member = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local token, milliseconds, time, place = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local commit = cmsgpack.unpack(ARGV[5])
local any_letters = #commit.letters > 0

local records = FIXED_KEYS
local indexes = records + #commit.stamps
local claims = indexes + commit.indexes
local pends = claims + #commit.claims
local received = pends + #commit.pends
local values = FIXED_ARGUMENTS
local events = values + #commit.stamps

-- Part 1: checks.

if #KEYS ~= received + #commit.received or #ARGV ~= events + #commit.determinations then
  return redis.error_reply('MISCALLED')
end
must_hold(lease, token)
must_be('stream', stream, 'stream')
must_be('takes', takes, 'hash')
local any_tried = must_be('attempts', attempts, 'hash')
local any_counted = must_be('counters', counters, 'hash')
if problem then
  return redis.error_reply(problem)
end

local now = now_milliseconds()
if any_letters then
  must_be('dead-letters-by-member', by_member, 'zset')
  must_grow('dead-letters', dead_letters, now)
end
now = math.max(now, must_grow('determinations', determinations, now))
if math.abs(now - time) >= 1000 then
  note('CLOCK ' .. string.format('%.0f', now))
end
local entries = must_stand(stream, commit.done)
for i, stamp in ipairs(commit.stamps) do
  local found = text_of('record', KEYS[records + i], 0, 7)
  if not problem and found ~= stamp then
    note('STALE record')
  end
end
for i = 1, commit.indexes do
  must_be('index', KEYS[indexes + i], 'list')
end
for i = 1, #commit.claims do
  must_be('claim', KEYS[claims + i], 'zset')
end
for i, changes in ipairs(commit.pends) do
  must_be('pends', KEYS[pends + i], 'zset')
  for j = 1, #changes[2], 2 do
    must_be_whole(changes[2][j])
  end
end
for i = 1, #commit.received do
  must_be('received', KEYS[received + i], 'list')
end
for i = 1, #commit.counters, 2 do
  if any_counted then
    must_count('counters', counters, commit.counters[i])
  end
  must_be_whole(commit.counters[i + 1])
end
for _, index in ipairs(commit.determinations) do
  must_be_position(index, commit.indexes)
end
for _, letter in ipairs(commit.letters) do
  if not entries[letter[1]] then
    note('STALE entry')
  end
end
must_be_allowed('lease', lease, 'PEXPIRE')
must_be_allowed('stream', stream, 'XDEL')
must_be_allowed('counters', counters, 'HINCRBY')
must_be_allowed('takes', takes, 'HDEL')
must_be_allowed('attempts', attempts, 'HDEL', 'HSET')
if indexes > records then
  must_be_allowed('record', KEYS[records + 1], 'SET')
end
if claims > indexes then
  must_be_allowed('determinations', determinations, 'XADD')
  must_be_allowed('index', KEYS[indexes + 1], 'RPUSH')
end
if pends > claims then
  must_be_allowed('claim', KEYS[claims + 1], 'ZADD')
end
if received > pends then
  must_be_allowed('pends', KEYS[pends + 1], 'ZADD', 'ZREM')
end
if #KEYS > received then
  must_be_allowed('received', KEYS[received + 1], 'RPUSH')
end
if any_letters then
  must_be_allowed('dead-letters', dead_letters, 'XADD')
  must_be_allowed('dead-letters-by-member', by_member, 'ZADD')
end
if problem then
  return redis.error_reply(problem)
end

-- Part 2: writes. The lease first, so that a full Redis runs the rest; the removal last.

local function as_kept(name)
  return name ~= 'door' and name
end

local writes = {}
local function write(...)
  writes[#writes + 1] = { PLAIN, ... }
end
local function write_with_answer(...)
  writes[#writes + 1] = { WITH_ANSWER, ... }
end

for i = 1, #commit.stamps do
  write('SET', KEYS[records + i], ARGV[values + i])
end
for i, packed in ipairs(commit.received) do
  add_write_of_all(writes, 'RPUSH', KEYS[received + i], packed)
end
for i, index in ipairs(commit.determinations) do
  write('XADD', determinations, '*', 'event', ARGV[events + i])
  write_with_answer('RPUSH', KEYS[indexes + index], '')
end
for i, members in ipairs(commit.claims) do
  for _, member in ipairs(members) do
    write('ZADD', KEYS[claims + i], 0, member)
  end
end
for i, changes in ipairs(commit.pends) do
  add_write_of_all(writes, 'ZREM', KEYS[pends + i], changes[1])
  add_write_of_all(writes, 'ZADD', KEYS[pends + i], changes[2])
end
if any_letters and lists_all_members(dead_letters) then
  write('ZADD', by_member, 0, '')
end
for _, letter in ipairs(commit.letters) do
  local arguments = { PLAIN, 'XADD', dead_letters, '*' }
  add_fields(arguments, entries[letter[1]], FIELDS_MAX, as_kept)
  for j, value in ipairs(letter[2]) do
    if j <= MEMBER_HASH or value ~= '' then
      arguments[#arguments + 1] = LETTER[j]
      arguments[#arguments + 1] = value
    end
  end
  writes[#writes + 1] = arguments
  local member_hash = letter[2][MEMBER_HASH]
  if member_hash ~= '' then
    write_with_answer('ZADD', by_member, 0, member_hash .. ':')
  end
end
for i = 1, #commit.counters, 2 do
  write('HINCRBY', counters, commit.counters[i], commit.counters[i + 1])
end
write('HDEL', takes, place)
if any_tried then
  add_write_of_all(writes, 'HDEL', attempts, commit.done)
end
add_write_of_all(writes, 'XDEL', stream, commit.done)

redis.call('PEXPIRE', lease, milliseconds)
return write_all(attempts, writes) or #commit.determinations

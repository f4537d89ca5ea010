-- Finishes entries of a lane: all that they led to, and last of all their removal.
-- First every read and check, then only writes that the checks have made infallible: a script is
-- isolated, but not rolled back. See `writes.lua` for one that is refused all the same.
-- KEYS: lease, stream, determinations, dead letters, counters, attempts, takes,
--       dead letters by member, then the records, the indexes, the claims, the pends and the lists
--       of what was received
-- ARGV: token, lease milliseconds, time, place, how many (done, records, indexes, determinations,
--       claim keys, claims, pend keys, pends, dead letters, counters, received keys, received),
--       then these, each flat:
--       done: id; record: stamp before, value; determination: position of its index, event;
--       claim: position, member; pend: position, score or empty, line;
--       dead letter: id, reason, detail, attempts, first at, last at, event id, source,
--       member hash, traceparent, tracestate; counter: field, increment; received: position, packed event

local lease, stream, determinations, dead_letters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local counters, attempts, takes, by_member = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local token, milliseconds, time, place = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local n = {}
for i = 1, 12 do
  n[i] = tonumber(ARGV[4 + i])
end
local done_n, records_n, indexes_n, determinations_n, claim_keys_n = n[1], n[2], n[3], n[4], n[5]
local claims_n, pend_keys_n, pends_n, letters_n, counters_n = n[6], n[7], n[8], n[9], n[10]
local received_keys_n, received_n = n[11], n[12]

local records, done = 8, 16
local indexes, record_at = records + records_n, done + done_n
local claim_keys, determination_at = indexes + indexes_n, record_at + 2 * records_n
local pend_keys, claim_at = claim_keys + claim_keys_n, determination_at + 2 * determinations_n
local received_keys = pend_keys + pend_keys_n
local pend_at = claim_at + 2 * claims_n
local letter_at = pend_at + 3 * pends_n
local counter_at = letter_at + 11 * letters_n
local received_at = counter_at + 2 * counters_n

-- Part 1: checks.

if #KEYS ~= received_keys + received_keys_n or #ARGV ~= received_at + 2 * received_n then
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
if letters_n > 0 then
  must_be('dead-letters-by-member', by_member, 'zset')
  must_grow('dead-letters', dead_letters, now)
end
now = math.max(now, must_grow('determinations', determinations, now))
if math.abs(now - time) >= 1000 then
  note('CLOCK ' .. string.format('%.0f', now))
end
for i = 1, done_n do
  if not entry_of(stream, ARGV[done + i]) then
    note('STALE entry')
  end
end
for i = 1, records_n do
  local key, stamp = KEYS[records + i], ARGV[record_at + 2 * i - 1]
  must_be('record', key, 'string')
  if not problem and redis.call('GETRANGE', key, 0, 7) ~= stamp then
    note('STALE record')
  end
end
for i = 1, indexes_n do
  must_be('index', KEYS[indexes + i], 'list')
end
for i = 1, claim_keys_n do
  must_be('claim', KEYS[claim_keys + i], 'zset')
end
for i = 1, pend_keys_n do
  must_be('pends', KEYS[pend_keys + i], 'zset')
end
for i = 1, received_keys_n do
  must_be('received', KEYS[received_keys + i], 'list')
end
for i = 1, counters_n do
  if any_counted then
    must_count('counters', counters, ARGV[counter_at + 2 * i - 1])
  end
  must_be_whole(ARGV[counter_at + 2 * i])
end
for i = 1, determinations_n do
  must_be_position(ARGV[determination_at + 2 * i - 1], indexes_n)
end
for i = 1, received_n do
  must_be_position(ARGV[received_at + 2 * i - 1], received_keys_n)
end
for i = 1, claims_n do
  must_be_position(ARGV[claim_at + 2 * i - 1], claim_keys_n)
end
for i = 1, pends_n do
  must_be_position(ARGV[pend_at + 3 * i - 2], pend_keys_n)
  if ARGV[pend_at + 3 * i - 1] ~= '' then
    must_be_whole(ARGV[pend_at + 3 * i - 1])
  end
end
must_be_allowed('lease', lease, 'PEXPIRE')
must_be_allowed('stream', stream, 'XDEL')
must_be_allowed('counters', counters, 'HINCRBY')
must_be_allowed('takes', takes, 'HDEL')
must_be_allowed('attempts', attempts, 'HDEL', 'HSET')
if records_n > 0 then
  must_be_allowed('record', KEYS[records + 1], 'SET')
end
if indexes_n > 0 then
  must_be_allowed('determinations', determinations, 'XADD')
  must_be_allowed('index', KEYS[indexes + 1], 'RPUSH')
end
if claim_keys_n > 0 then
  must_be_allowed('claim', KEYS[claim_keys + 1], 'ZADD')
end
if pend_keys_n > 0 then
  must_be_allowed('pends', KEYS[pend_keys + 1], 'ZADD', 'ZREM')
end
if received_keys_n > 0 then
  must_be_allowed('received', KEYS[received_keys + 1], 'RPUSH')
end
if letters_n > 0 then
  must_be_allowed('dead-letters', dead_letters, 'XADD')
  must_be_allowed('dead-letters-by-member', by_member, 'ZADD')
end
local letters = {}
for i = 1, letters_n do
  letters[i] = entry_of(stream, ARGV[letter_at + 11 * i - 10])
  if not letters[i] then
    note('STALE entry')
  end
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

for i = 1, records_n do
  write('SET', KEYS[records + i], ARGV[record_at + 2 * i])
end
for i = 1, received_n do
  local at = received_at + 2 * i
  write('RPUSH', KEYS[received_keys + ARGV[at - 1]], ARGV[at])
end
for i = 1, determinations_n do
  local at = determination_at + 2 * i
  write('XADD', determinations, '*', 'event', ARGV[at])
  write_with_answer('RPUSH', KEYS[indexes + ARGV[at - 1]], '')
end
for i = 1, claims_n do
  local at = claim_at + 2 * i
  write('ZADD', KEYS[claim_keys + ARGV[at - 1]], 0, ARGV[at])
end
for i = 1, pends_n do
  local at = pend_at + 3 * i
  local key, score, line = KEYS[pend_keys + ARGV[at - 2]], ARGV[at - 1], ARGV[at]
  if score == '' then
    write('ZREM', key, line)
  else
    write('ZADD', key, score, line)
  end
end
if letters_n > 0 and lists_all_members(dead_letters) then
  write('ZADD', by_member, 0, '')
end
for i = 1, letters_n do
  local at = letter_at + 11 * i
  local arguments = { PLAIN, 'XADD', dead_letters, '*' }
  add_fields(arguments, letters[i], FIELDS_MAX, as_kept)
  local names = {
    'reason', 'detail', 'attempts', 'first_at', 'last_at', 'event_id', 'source', 'member_hash',
    'traceparent', 'tracestate',
  }
  for j = 1, #names do
    local value = ARGV[at - 10 + j]
    if j <= 8 or value ~= '' then
      arguments[#arguments + 1] = names[j]
      arguments[#arguments + 1] = value
    end
  end
  writes[#writes + 1] = arguments
  local member_hash = ARGV[at - 2]
  if member_hash ~= '' then
    write_with_answer('ZADD', by_member, 0, member_hash .. ':')
  end
end
for i = 1, counters_n do
  write('HINCRBY', counters, ARGV[counter_at + 2 * i - 1], ARGV[counter_at + 2 * i])
end
write('HDEL', takes, place)
if any_tried then
  for i = 1, done_n do
    write('HDEL', attempts, ARGV[done + i])
  end
end
for i = 1, done_n do
  write('XDEL', stream, ARGV[done + i])
end

redis.call('PEXPIRE', lease, milliseconds)
return write_all(attempts, writes) or determinations_n

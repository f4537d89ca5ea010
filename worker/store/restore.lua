-- Puts a member back that Redis has lost; one that is there stays as it is.
-- KEYS: record, index, received, determinations, counters, then the claims and the pends
-- ARGV: record, member, time, how many (received, determinations, claims, pends, counters), then
--       these, each flat: packed event; 'id' or 'event', id or event; pend: score, line;
--       counter: field, increment
-- Returns 1; 0: the member is there. Refuses by CLOCK if what it would publish names a time that
-- is a second or more from that of its entry.

local record, index, received = KEYS[1], KEYS[2], KEYS[3]
local determinations, counters = KEYS[4], KEYS[5]
local FIXED_KEYS, FIXED = 5, 8

local n = {}
for i = 1, 5 do
  n[i] = tonumber(ARGV[3 + i])
end
local received_n, determinations_n, claims_n, pends_n, counters_n = n[1], n[2], n[3], n[4], n[5]
local determination_at = FIXED + received_n
local pend_at = determination_at + 2 * determinations_n
local counter_at = pend_at + 2 * pends_n

must_be('record', record, 'string')
must_be('index', index, 'list')
must_be('received', received, 'list')
local now = now_milliseconds()
now = math.max(now, must_grow('determinations', determinations, now))
for i = 1, determinations_n do
  local kind = ARGV[determination_at + 2 * i - 1]
  if kind == 'event' and math.abs(now - tonumber(ARGV[3])) >= 1000 then
    note('CLOCK ' .. string.format('%.0f', now))
  end
end
local any_counted = must_be('counters', counters, 'hash')
for i = 1, claims_n do
  must_be('claim', KEYS[FIXED_KEYS + i], 'zset')
end
for i = 1, pends_n do
  must_be('pends', KEYS[FIXED_KEYS + claims_n + i], 'zset')
end
for i = 1, counters_n do
  if any_counted then
    must_count('counters', counters, ARGV[counter_at + 2 * i - 1])
  end
end
must_be_allowed('record', record, 'SET')
must_be_allowed('index', index, 'DEL', 'RPUSH')
must_be_allowed('received', received, 'DEL', 'RPUSH')
must_be_allowed('determinations', determinations, 'XADD')
must_be_allowed('counters', counters, 'HINCRBY')
if problem then
  return redis.error_reply(problem)
end
if redis.call('EXISTS', record) == 1 then
  return 0
end

redis.call('DEL', index, received)
for i = 1, received_n do
  redis.call('RPUSH', received, ARGV[FIXED + i])
end
for i = 1, determinations_n do
  local kind, value = ARGV[determination_at + 2 * i - 1], ARGV[determination_at + 2 * i]
  if kind == 'event' then
    value = redis.call('XADD', determinations, '*', 'event', value)
  end
  redis.call('RPUSH', index, value)
end
for i = 1, claims_n do
  redis.call('ZADD', KEYS[FIXED_KEYS + i], 0, ARGV[2])
end
for i = 1, pends_n do
  local at = pend_at + 2 * i
  redis.call('ZADD', KEYS[FIXED_KEYS + claims_n + i], ARGV[at - 1], ARGV[at])
end
for i = 1, counters_n do
  redis.call('HINCRBY', counters, ARGV[counter_at + 2 * i - 1], ARGV[counter_at + 2 * i])
end
redis.call('SET', record, ARGV[1])
return 1

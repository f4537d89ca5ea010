-- Reads in one go what must be true of one instant: counters, queue, pends, workers.
-- KEYS: door, dead letters, counters, workers, then the lanes, then the pends
-- ARGV: number of lane keys
-- Returns {seconds, microseconds, length of the door, entries ever added to the door or -1,
--          entries in the lanes, milliseconds of the oldest event's arrival or -1,
--          dead letters, {field, count, ...}, {worker, ...}, {counts by due date of each pend key}}

local FIXED_KEYS = 4
local ORDINAL_OF_1970 = 719163 -- a day as Python counts them, from the year 1
local STEP, ORDERS_MAX = 32, 1000

local door, dead_letters, counters, workers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local lanes_n = tonumber(ARGV[1])

must_be('stream', door, 'stream')
must_be('dead-letters', dead_letters, 'stream')
must_be('counters', counters, 'hash')
must_be('workers', workers, 'zset')
for i = 1, #KEYS - FIXED_KEYS do
  local is_lane = i <= lanes_n
  must_be(is_lane and 'stream' or 'pends', KEYS[FIXED_KEYS + i], is_lane and 'stream' or 'zset')
end
if problem then
  return redis.error_reply(problem)
end

local now = redis.call('TIME')
local seconds = tonumber(now[1])
local oldest = -1

local function arrived_at(id, fields)
  local came_as = value_of(fields, 'door')
  if not came_as and value_of(fields, 'order') then
    return nil
  end
  return tonumber(string.match(came_as or id, '^%d+'))
end

-- When the first event of a stream came to the door. Behind very many commands it is not
-- looked for: then the last command looked at stands for it.
local function first_arrival(stream)
  local from, seen, step = '-', 0, 1
  while true do
    local entries = redis.call('XRANGE', stream, from, '+', 'COUNT', step)
    for i = 1, #entries do
      local milliseconds = arrived_at(entries[i][1], entries[i][2])
      if milliseconds then
        return milliseconds
      end
    end
    if #entries < step then
      return nil
    end
    seen, from = seen + #entries, '(' .. entries[#entries][1]
    if seen >= ORDERS_MAX then
      return tonumber(string.match(entries[#entries][1], '^%d+'))
    end
    step = STEP
  end
end

local function look_at(stream)
  local length = redis.call('XLEN', stream)
  local milliseconds = length > 0 and first_arrival(stream)
  if milliseconds and (oldest < 0 or milliseconds < oldest) then
    oldest = milliseconds
  end
  return length
end

local function ever_added(stream)
  if redis.call('EXISTS', stream) == 0 then
    return redis.REDIS_VERSION_NUM and 0 or -1
  end
  local facts = redis.call('XINFO', 'STREAM', stream)
  for i = 1, #facts, 2 do
    if facts[i] == 'entries-added' then
      return facts[i + 1]
    end
  end
  return -1 -- a Redis before 7 does not count them
end

local door_length, in_lanes = look_at(door), 0
for i = 1, lanes_n do
  in_lanes = in_lanes + look_at(KEYS[FIXED_KEYS + i])
end

local today = ORDINAL_OF_1970 + math.floor(seconds / 86400)
local pends = {}
for i = FIXED_KEYS + lanes_n + 1, #KEYS do
  pends[#pends + 1] = redis.call('ZCOUNT', KEYS[i], '-inf', '(' .. today - 30)
  pends[#pends + 1] = redis.call('ZCOUNT', KEYS[i], today - 30, '(' .. today)
  pends[#pends + 1] = redis.call('ZCOUNT', KEYS[i], today, '(' .. today + 8)
  pends[#pends + 1] = redis.call('ZCOUNT', KEYS[i], today + 8, '+inf')
end

return {
  seconds,
  tonumber(now[2]),
  door_length,
  ever_added(door),
  in_lanes,
  oldest,
  redis.call('XLEN', dead_letters),
  redis.call('HGETALL', counters),
  redis.call('ZRANGEBYSCORE', workers, now_milliseconds(), '+inf'),
  pends,
}

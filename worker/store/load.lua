-- Reads members' records, as many as a number of bytes allows, at least one.
-- KEYS: determinations, records
-- ARGV: bytes
-- Returns {milliseconds, record or false, ...}: the time that a determination written now carries.

local room = tonumber(ARGV[1])
local now = now_milliseconds()
local reply = { math.max(now, must_grow('determinations', KEYS[1], now)) }

for i = 2, #KEYS do
  local found = redis.pcall('GET', KEYS[i])
  if type(found) == 'string' then
    room = room - #found
    if room < 0 and i > 2 then
      return reply
    end
  elseif found then
    note('WRONGKIND record')
  end
  reply[#reply + 1] = found
end
if problem then
  return redis.error_reply(problem)
end
return reply

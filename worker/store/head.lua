-- Reads the head of a place: as many entries as a count and a number of bytes allow, at least one.
-- KEYS: stream, attempts
-- ARGV: count, bytes
-- Returns {id, fields, attempts} of each.

local STEP = 32

local stream, attempts = KEYS[1], KEYS[2]
local count, room = tonumber(ARGV[1]), tonumber(ARGV[2])

must_be('stream', stream, 'stream')
local tried = must_be('attempts', attempts, 'hash')
if problem then
  return redis.error_reply(problem)
end

local head, from = {}, '-'
while #head < count and room > 0 do
  -- The first alone: nobody knows how large it is.
  local step = #head == 0 and 1 or math.min(STEP, count - #head)
  local entries = redis.call('XRANGE', stream, from, '+', 'COUNT', step)
  for i = 1, #entries do
    local id, fields = entries[i][1], entries[i][2]
    for j = 1, #fields do
      room = room - #fields[j]
    end
    if room <= 0 and #head > 0 then
      return head
    end
    local before = tried and tonumber(redis.call('HGET', attempts, id)) or 0
    head[#head + 1] = { id, fields, before }
    from = '(' .. id
  end
  if #entries < step then
    return head
  end
end
return head

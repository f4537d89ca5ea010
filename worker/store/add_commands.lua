-- Puts commands into lanes, counted apart from events.
-- KEYS: meta, counters, lanes
-- ARGV: number of lanes, then of each command: position of its lane's key, name, member

local OTHER_KEYS = 2

local meta, counters = KEYS[1], KEYS[2]

if must_be('counters', counters, 'hash') then
  must_count('counters', counters, 'orders_added')
end
must_be_allowed('counters', counters, 'HINCRBY')
for i = OTHER_KEYS + 1, #KEYS do
  must_grow('stream', KEYS[i], 0)
  must_be_allowed('stream', KEYS[i], 'XADD')
end
if must_be('meta', meta, 'hash') then
  local lanes = redis.call('HGET', meta, 'lanes')
  if lanes and lanes ~= ARGV[1] then
    note('DISAGREE lanes ' .. lanes)
  end
end
for i = 2, #ARGV, 3 do
  must_be_position(ARGV[i], #KEYS - OTHER_KEYS)
end
if problem then
  return redis.error_reply(problem)
end

for i = 2, #ARGV, 3 do
  redis.call('XADD', KEYS[OTHER_KEYS + ARGV[i]], '*', 'order', ARGV[i + 1], 'member', ARGV[i + 2])
end
return redis.call('HINCRBY', counters, 'orders_added', (#ARGV - 1) / 3)

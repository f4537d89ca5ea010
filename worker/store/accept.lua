-- Accepts what Redis holds as the installation, whatever else was remembered.
-- KEYS: meta
-- ARGV: an id for a new installation, then installations that are remembered elsewhere
-- Returns the installation's id.

local meta = KEYS[1]

must_be('meta', meta, 'hash')
must_be_allowed('meta', meta, 'HSET', 'HDEL')
if problem then
  return redis.error_reply(problem)
end
local known = redis.call('HGETALL', meta)
local installation = value_of(known, 'installation') or ARGV[1]
local earlier = { unpack(ARGV, 2) }
for i = 1, #known, 2 do
  if known[i] == 'lost' or string.sub(known[i], 1, 5) == 'late:' then
    earlier[#earlier + 1] = known[i + 1]
  end
end

redis.call('HSET', meta, 'installation', installation, 'accepted', installation)
for i = 1, #earlier do
  if earlier[i] ~= installation then
    redis.call('HSET', meta, 'was:' .. earlier[i], installation)
  end
  redis.call('HDEL', meta, 'late:' .. earlier[i])
end
redis.call('HDEL', meta, 'lost')
return installation

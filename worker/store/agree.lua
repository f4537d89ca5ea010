-- Whether a worker agrees with its installation; the first worker's word is written down.
-- KEYS: meta
-- ARGV: lanes, generation, digest
-- Returns 1.

local meta, generation = KEYS[1], ARGV[2]

must_agree(meta, ARGV[1], generation, ARGV[3])
if problem then
  return redis.error_reply(problem)
end
local known = redis.call('HGETALL', meta)
for i = 1, #known, 2 do
  if string.sub(known[i], 1, 5) == 'lane:' then
    must_not_be_newer(known[i + 1], generation)
  end
end
if problem then
  return redis.error_reply(problem)
end
if not value_of(known, 'lanes') or not value_of(known, 'generation:' .. generation) then
  redis.call('HSET', meta, 'lanes', ARGV[1], 'generation:' .. generation, ARGV[3])
end
return 1

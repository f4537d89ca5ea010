-- Whether a worker agrees with its installation; the first worker's word is written down.
-- KEYS: meta, counters, determinations, dead letters, dead letters by member, door, takes
-- ARGV: lanes, generation, digest, the installation that the worker remembers (or empty),
--       an id for a new installation, the number of shards (0: not said), 1 if this worker may
--       write that number into a shard that has none
-- Returns the installation's id.

local meta, counters, determinations = KEYS[1], KEYS[2], KEYS[3]
local generation, remembered, fresh = ARGV[2], ARGV[4], ARGV[5]
local shards, may_say_shards = ARGV[6], ARGV[7] == '1'

-- Keys of another program among ours: what is decided beside them may be wrong.
must_be('counters', counters, 'hash')
must_be('determinations', determinations, 'stream')
must_be('dead-letters', KEYS[4], 'stream')
must_be('dead-letters-by-member', KEYS[5], 'zset')
must_be('stream', KEYS[6], 'stream')
must_be('takes', KEYS[7], 'hash')
must_be_allowed('meta', meta, 'HSET')
must_agree(meta, ARGV[1], generation, ARGV[3])
if problem then
  return redis.error_reply(problem)
end
local known = redis.call('HGETALL', meta)
local installation = value_of(known, 'installation')
must_not_be_newer(known, generation)
if problem then
  return redis.error_reply(problem)
end

-- Members are where the number of shards puts them: with another one each would be elsewhere.
local known_shards = value_of(known, 'shards')
if shards ~= '0' and known_shards and known_shards ~= shards then
  note('DISAGREE shards ' .. known_shards)
elseif shards ~= '0' and not known_shards and not may_say_shards then
  note('DISAGREE unsaid none')
end
if problem then
  return redis.error_reply(problem)
end

-- What was decided here before: an installation without an id that has none of it is a new one.
local function has_a_past()
  return must_be('counters', counters, 'hash') and redis.call('HGET', counters, 'routed')
    or must_be('determinations', determinations, 'stream') and last_milliseconds(determinations) > 0
end

if remembered ~= '' and installation ~= remembered
    and not (installation and value_of(known, 'was:' .. remembered)) then
  -- Everybody stops, for a worker with no memory takes any Redis for the right one. Where an
  -- operator has accepted what is here, only whoever still remembers something else stops.
  local is_accepted = installation and value_of(known, 'accepted') == installation
  redis.call('HSET', meta, is_accepted and 'late:' .. remembered or 'lost', remembered)
  note('DISAGREE installation ' .. (installation or 'none'))
elseif value_of(known, 'lost') or not installation and not value_of(known, 'lanes') and has_a_past()
then
  note('DISAGREE installation ' .. (installation or 'none'))
end
if problem then
  return redis.error_reply(problem)
end
if not installation then
  redis.call('HSET', meta, 'installation', fresh)
end
if shards ~= '0' and not known_shards then
  redis.call('HSET', meta, 'shards', shards)
end
if not value_of(known, 'lanes') or not value_of(known, 'generation:' .. generation) then
  redis.call('HSET', meta, 'lanes', ARGV[1], 'generation:' .. generation, ARGV[3])
end
return installation or fresh

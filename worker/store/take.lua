-- Takes the lease of a place that has a backlog and no holder, and counts the taking.
-- What an earlier script at the place could not end is done first.
-- KEYS: lease, stream, takes, mark, meta, attempts
-- ARGV: token, lease milliseconds, place, lanes, generation, digest, installation
-- Returns how often it was taken since work there was last finished; 0: held, or nothing to do.

local lease, stream, takes, mark, meta = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local attempts = KEYS[6]
local token, milliseconds, place = ARGV[1], ARGV[2], ARGV[3]
local lanes, generation, digest = ARGV[4], ARGV[5], ARGV[6]

must_be('lease', lease, 'string')
if must_be('stream', stream, 'stream') == false and not problem then
  return 0
end
if must_be('takes', takes, 'hash') then
  must_count('takes', takes, place)
end
must_be('attempts', attempts, 'hash')
must_agree(meta, lanes, generation, digest)
if not problem then
  must_be_installation(meta, ARGV[7])
end
must_be_allowed('lease', lease, 'PEXPIRE', 'SET')
must_be_allowed('takes', takes, 'HINCRBY')
must_be_allowed('mark', mark, 'DEL')
must_be_allowed('meta', meta, 'HSET')
if not problem then
  must_not_be_newer(redis.call('HGETALL', meta), generation)
end
if problem then
  return redis.error_reply(problem)
end
if holder_of(lease) == token then
  return tonumber(redis.call('HGET', takes, place)) -- asked again, as the answer was lost
end
if redis.call('XLEN', stream) == 0 or stands(lease) then
  return 0
end

redis.call('PEXPIRE', lease, milliseconds) -- first, so that a full Redis runs the rest
local refused = finish_earlier(attempts)
if refused then
  return refused
elseif redis.call('XLEN', stream) == 0 then
  return 0
end
redis.call('SET', lease, given_for(token, milliseconds), 'PX', milliseconds)
redis.call('HSET', meta, 'lanes', lanes, 'generation:' .. generation, digest,
  'lane:' .. place, generation)
redis.call('DEL', mark)
return redis.call('HINCRBY', takes, place, 1)

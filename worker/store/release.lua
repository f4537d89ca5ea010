-- Gives a lease back, if it is still the holder's; its process lived, so the takes start anew.
-- KEYS: lease, takes, meta, mark
-- ARGV: token, place, generation of later rules that was met there (or empty),
--       milliseconds for which no dispatch is to be sent for the place

local lease, takes, meta, mark = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

must_hold(lease, ARGV[1])
must_be('takes', takes, 'hash')
must_be('meta', meta, 'hash')
must_be_allowed('lease', lease, 'DEL')
must_be_allowed('takes', takes, 'HDEL')
must_be_allowed('meta', meta, 'HSET')
must_be_allowed('mark', mark, 'SET')
if problem then
  return redis.error_reply(problem)
end

redis.call('HDEL', takes, ARGV[2])
if ARGV[3] ~= '' then
  redis.call('HSET', meta, 'lane:' .. ARGV[2], ARGV[3])
end
if tonumber(ARGV[4]) > 0 then
  redis.call('SET', mark, given_for('rest', ARGV[4]), 'PX', ARGV[4])
end
redis.call('DEL', lease) -- last: as long as it is held, this can be asked again
return 1

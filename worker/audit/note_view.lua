-- Adds one entry to the log of views, if the entry that it is chained to is still the last.
-- KEYS: views
-- ARGV: id of the last entry, empty where there is none; the view; its digest
-- Returns the id of the new entry, or nothing where another was added meanwhile.

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if (last and last[1] or '') ~= ARGV[1] then
  return false
end
return redis.call('XADD', KEYS[1], '*', 'view', ARGV[2], 'digest', ARGV[3])

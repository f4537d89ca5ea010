-- All that Redis holds: of each key its name, its kind and its content.

local found = {}
local keys = redis.call('KEYS', '*')
for i = 1, #keys do
  local key = keys[i]
  local kind = redis.call('TYPE', key).ok
  local content
  if kind == 'hash' then
    content = redis.call('HGETALL', key)
  elseif kind == 'stream' then
    content = redis.call('XRANGE', key, '-', '+')
  elseif kind == 'list' then
    content = redis.call('LRANGE', key, 0, -1)
  elseif kind == 'zset' then
    content = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  else
    content = redis.call('GET', key)
  end
  found[#found + 1] = { key, kind, content }
end
return found

-- All keys, in their order: of each the length of its name and of what restores it, its
-- milliseconds to live or -1, what tells its content from another, then name and what restores it.
-- The order in which a hash was filled and what was removed from a stream tell nothing.
-- ARGV: a part of key names; keys with it are deleted and left out (empty: none)

local left_out, found = ARGV[1], {}
local keys = redis.call('KEYS', '*')
table.sort(keys)
for i = 1, #keys do
  local key = keys[i]
  if left_out ~= '' and string.find(key, left_out, 1, true) then
    redis.call('DEL', key)
  else
    local kind = redis.call('TYPE', key).ok
    local content = redis.call('DUMP', key)
    local told = content
    if kind == 'hash' then
      local flat, names, values = redis.call('HGETALL', key), {}, {}
      for j = 1, #flat, 2 do
        names[#names + 1] = flat[j]
        values[flat[j]] = flat[j + 1]
      end
      table.sort(names)
      local sorted = {}
      for j = 1, #names do
        sorted[#sorted + 1] = names[j]
        sorted[#sorted + 1] = values[names[j]]
      end
      told = cmsgpack.pack(sorted)
    elseif kind == 'stream' then
      local facts, added = redis.call('XINFO', 'STREAM', key), 0
      for j = 1, #facts, 2 do
        if facts[j] == 'entries-added' then
          added = facts[j + 1]
        end
      end
      told = cmsgpack.pack({ added, redis.call('XRANGE', key, '-', '+') })
    end
    found[#found + 1] = struct.pack('>I4I4i8', #key, #content, redis.call('PTTL', key))
    found[#found + 1] = redis.sha1hex(told) .. key .. content
  end
end
return table.concat(found)

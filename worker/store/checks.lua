-- What every script looks at before it writes. It stands before each of them.
-- A check never raises: it notes the first problem, and the script returns that, having written
-- nothing. Problems name the kind of a key, never the key: its name may hold a member's id.

-- Names and values of one entry that are kept apart: `unpack` cannot pass 8,000. The door keeps
-- fewer, so that what it let through is not cut a second time.
local FIELDS_MAX_AT_DOOR, FIELDS_MAX = 6000, 7000
local problem = false

local function note(text)
  problem = problem or text
end

local function must_be(kind, key, wanted)
  local found = redis.call('TYPE', key).ok
  if found ~= wanted and found ~= 'none' then
    note('WRONGKIND ' .. kind)
    return false
  end
  return found == wanted
end

-- Whether HINCRBY can count it on: a plain whole number far from the end of 64 bits.
local function is_whole(text)
  return not text or (#text <= 17 and (text == '0' or string.match(text, '^%-?[1-9]%d*$')))
end

local function must_count(kind, key, field)
  if not is_whole(redis.call('HGET', key, field)) then
    note('WRONGKIND ' .. kind)
  end
end

local function must_be_whole(argument)
  if not is_whole(argument) then
    note('MISCALLED')
  end
end

local function must_be_position(argument, count)
  local position = tonumber(argument)
  if not position or position < 1 or position > count then
    note('MISCALLED')
  end
end

-- A part of a text in Redis, empty where there is none: one question asks for kind and value.
local function text_of(kind, key, from, to)
  local found = redis.pcall('GETRANGE', key, from, to)
  if type(found) ~= 'string' then
    note('WRONGKIND ' .. kind)
  end
  return found
end

-- A lease and a mark say for how long they were given, in milliseconds, after a space.
local function given_for(value, milliseconds)
  return value .. ' ' .. milliseconds
end

local function holder_of(lease)
  local value = redis.call('GET', lease)
  return value and (string.match(value, '^(.*) %d+$') or value)
end

-- Whether a lease or a mark still counts. What would run for longer than it was given for was
-- written before Redis's clock stepped back: it begins anew, or it would stand as long as the step.
local function stands(key)
  local left = redis.call('PTTL', key)
  local given = left > 0 and tonumber(string.match(redis.call('GET', key), ' (%d+)$'))
  if given and left > given then
    redis.call('PEXPIRE', key, given)
  end
  return left > 0
end

local function must_hold(lease, token)
  if not must_be('lease', lease, 'string') or holder_of(lease) ~= token then
    note('FENCED')
  end
end

-- What Redis says of a stream by a name.
local function fact_of(stream, name)
  local facts = redis.call('XINFO', 'STREAM', stream)
  for i = 1, #facts, 2 do
    if facts[i] == name then
      return facts[i + 1]
    end
  end
end

-- Milliseconds of the last id that a stream gave, which its next one will not be before.
local function last_milliseconds(key)
  return tonumber(string.match(fact_of(key, 'last-generated-id'), '^%d+'))
end

-- A stream that can take more entries; `now` where it is empty.
local function must_grow(kind, key, now)
  if not must_be(kind, key, 'stream') then
    return now
  end
  local last = last_milliseconds(key)
  if last > 2 ^ 62 then
    note('WRONGKIND ' .. kind)
  end
  return last
end

local function now_milliseconds()
  local now = redis.call('TIME')
  return tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
end

-- The entry of a stream, as a flat list of names and values, or nil.
local function entry_of(stream, id)
  local found = redis.call('XRANGE', stream, id, id, 'COUNT', 1)
  return found[1] and found[1][2]
end

-- The fields of the entries with these ids, by id, if they are the first of the stream. A Redis that
-- has lost its last second has earlier ones again, and no event may overtake another of its member.
local function must_stand(stream, ids)
  local fields = {}
  local found = ids[1] and redis.call('XRANGE', stream, '-', ids[#ids], 'COUNT', #ids)
  for i = 1, #ids do
    if not found[i] or found[i][1] ~= ids[i] then
      note('STALE entry')
      break
    end
    fields[ids[i]] = found[i][2]
  end
  return fields
end

local function value_of(fields, name)
  local value = nil
  for i = 1, #fields, 2 do
    if fields[i] == name then
      value = fields[i + 1]
    end
  end
  return value
end

-- Adds the fields of an entry to a list of arguments; what is beyond `most` goes into one field.
local function add_fields(arguments, fields, most, rename)
  local surplus = {}
  for i = 1, #fields, 2 do
    local name = rename(fields[i])
    if name and i < most then
      arguments[#arguments + 1] = name
      arguments[#arguments + 1] = fields[i + 1]
    elseif name then
      surplus[#surplus + 1] = fields[i]
      surplus[#surplus + 1] = fields[i + 1]
    end
  end
  if #surplus > 0 then
    arguments[#arguments + 1] = rename('surplus') or 'surplus'
    arguments[#arguments + 1] = cmsgpack.pack(surplus)
  end
end

-- Dead letters by member: a set of "hash of a member:id of a dead letter", and one entry without a
-- name, which says that it has all of them: it is put in while there are none.
local function lists_all_members(dead_letters)
  return redis.call('TYPE', dead_letters).ok == 'none' or fact_of(dead_letters, 'length') == 0
end

local function forget_member_of(by_member, fields, id)
  local hash = value_of(fields, 'member_hash')
  if hash and hash ~= '' then
    redis.call('ZREM', by_member, hash .. ':' .. id)
  end
end

-- Whether this login may use a command on a key, as far as it can be asked beforehand: Redis
-- before 7 cannot be asked, and `rights` tries it out before a worker is ready.
local function must_be_allowed(kind, key, ...)
  if not redis.acl_check_cmd then
    return
  end
  for i = 1, select('#', ...) do
    local command = select(i, ...)
    if not redis.acl_check_cmd(command, key) then
      note('NORIGHT ' .. command .. ' ' .. kind)
    end
  end
end

-- What a worker and the installation disagree about, if anything; a place may be of later rules.
local function must_agree(meta, lanes, generation, digest)
  if not must_be('meta', meta, 'hash') then
    return
  end
  local known = redis.call('HMGET', meta, 'lanes', 'generation:' .. generation)
  if known[1] and known[1] ~= lanes then
    note('DISAGREE lanes ' .. known[1])
  elseif known[2] and known[2] ~= digest then
    note('DISAGREE digest ' .. known[2])
  end
end

-- Whether Redis still holds the installation that a worker remembers (empty: none), and nobody
-- remembers another.
local function must_be_installation(meta, remembered)
  if redis.call('TYPE', meta).ok ~= 'hash' then
    if remembered ~= '' then
      note('DISAGREE installation none')
    end
    return
  end
  local known = redis.call('HMGET', meta, 'installation', 'lost')
  if remembered ~= '' and known[1] ~= remembered then
    note('DISAGREE installation ' .. (known[1] or 'none'))
  elseif known[2] then
    note('DISAGREE installation ' .. (known[1] or 'none'))
  end
end

-- Whether no lane has been worked by later rules than these; `known`: all fields of the meta hash.
-- A worker that meets them in one lane stops in all: what it still took would be decided by rules
-- that are no longer in use.
local function must_not_be_newer(known, generation)
  for i = 1, #known, 2 do
    if string.sub(known[i], 1, 5) == 'lane:'
        and (tonumber(known[i + 1]) or 0) > tonumber(generation) then
      note('DISAGREE generation ' .. known[i + 1])
    end
  end
end

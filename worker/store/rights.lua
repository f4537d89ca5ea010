-- Which rights this login lacks.
-- KEYS: a scratch key, then one key of each kind
-- ARGV: of each right: command, position of its key from 1; 0: it needs none
-- Returns {whether this Redis can be asked, positions of the rights that are lacking from 0}.

local scratch, lacking = KEYS[1], {}
local can_be_asked = redis.acl_check_cmd and 1 or 0

-- Redis before 7 cannot be asked. There each command is tried on a text, on which most fail for its
-- type; these arguments keep the others from doing anything.
local HARMLESS = {
  DEL = {},
  GET = {},
  GETRANGE = { '0', '0' },
  HDEL = { 'x' },
  HGET = { 'x' },
  HGETALL = {},
  HINCRBY = { 'x', '1' },
  HMGET = { 'x' },
  HSET = { 'x', 'x' },
  PEXPIRE = { '1000' },
  PTTL = {},
  RPUSH = { 'x' },
  SET = { 'x', 'NX', 'XX' },
  STRLEN = {},
  TYPE = {},
  XADD = { '*', 'x', 'x' },
  XDEL = { '0-1' },
  XLEN = {},
  XRANGE = { '-', '+' },
  ZADD = { '0', 'x' },
  ZREM = { 'x' },
  ZREMRANGEBYSCORE = { '0', '0' },
}

local function is_refused(...)
  local answer = redis.pcall(...)
  return type(answer) == 'table' and answer.err
    and (string.find(answer.err, 'executing the script', 1, true)
      or string.find(answer.err, 'NOPERM', 1, true)) and true
end

local function is_lacking(command, key)
  if can_be_asked == 1 then
    if command == 'XREAD' then
      return not redis.acl_check_cmd('XREAD', 'STREAMS', key, '0')
    elseif command == 'XINFO' then
      return not redis.acl_check_cmd('XINFO', 'STREAM', key)
    elseif command == 'SCRIPT' then
      return not redis.acl_check_cmd('SCRIPT', 'LOAD', 'return 1')
    elseif command == 'EVALSHA' then
      return not redis.acl_check_cmd('EVALSHA', string.rep('0', 40), '0')
    elseif key then
      return not redis.acl_check_cmd(command, key)
    end
    return not redis.acl_check_cmd(command)
  elseif command == 'SCRIPT' or command == 'EVALSHA' then
    return false -- cannot be tried from within a script
  elseif not key then
    return is_refused(command)
  end
  -- In these versions a login has keys and commands, and may use each with each.
  if is_refused('TYPE', key) then
    return true
  elseif command == 'XREAD' then
    return is_refused('XREAD', 'STREAMS', scratch, '0')
  elseif command == 'XINFO' then
    return is_refused('XINFO', 'STREAM', scratch)
  elseif command == 'DEL' then
    return is_refused('DEL', scratch .. ':none')
  end
  return is_refused(command, scratch, unpack(HARMLESS[command]))
end

if can_be_asked == 0 and is_refused('SET', scratch, 'x', 'PX', '1000') then
  -- Without the text nothing can be tried harmlessly.
  for i = 1, #ARGV, 2 do
    if ARGV[i] == 'SET' then
      lacking[#lacking + 1] = (i - 1) / 2
    end
  end
  return { can_be_asked, lacking }
end
for i = 1, #ARGV, 2 do
  local position = tonumber(ARGV[i + 1])
  if is_lacking(ARGV[i], position > 0 and KEYS[position] or nil) then
    lacking[#lacking + 1] = (i - 1) / 2
  end
end
return { can_be_asked, lacking }

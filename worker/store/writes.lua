-- How the scripts write that do several things to a place. It stands before each of them.
-- Redis isolates a script but does not roll it back. The checks leave no reason for a write to be
-- refused; should one be refused all the same, it is kept with all that come after it, and whoever
-- takes the place next does them first.

local UNFINISHED = 'unfinished'
-- A write is one of these, then the command and its arguments; an answer is appended to the last.
local PLAIN, WITH_ANSWER = 0, 1
local VALUES_MAX = 1000 -- of one command: `unpack` cannot pass 8,000

-- Adds one command with all values, or as few as there must be.
local function add_write_of_all(writes, command, key, values)
  for from = 1, #values, VALUES_MAX do
    local to = math.min(from + VALUES_MAX - 1, #values)
    writes[#writes + 1] = { PLAIN, command, key, unpack(values, from, to) }
  end
end

local function write_all(attempts, writes)
  local answer = ''
  for i = 1, #writes do
    local one = writes[i]
    if one[1] == WITH_ANSWER then
      one[1], one[#one] = PLAIN, one[#one] .. answer
    end
    answer = redis.pcall(unpack(one, 2))
    if type(answer) == 'table' and answer.err then
      local rest = {}
      for j = i, #writes do
        rest[#rest + 1] = writes[j]
      end
      redis.call('HSET', attempts, UNFINISHED, cmsgpack.pack(rest))
      return answer
    end
  end
end

-- Does what an earlier script began at this place and could not end; false, or what was refused.
local function finish_earlier(attempts)
  local kept = redis.call('HGET', attempts, UNFINISHED)
  if not kept then
    return false
  end
  local refused = write_all(attempts, cmsgpack.unpack(kept))
  if not refused then
    redis.call('HDEL', attempts, UNFINISHED)
  end
  return refused
end

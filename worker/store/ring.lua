-- Finds the places that have a backlog, no holder and no dispatch on its way, and marks them.
-- KEYS: of each place: stream, lease, mark
-- ARGV: mark milliseconds
-- Returns {entries waiting, {positions to send dispatches for, from 0}, {problems}}.

local waiting, due, problems = 0, {}, {}
for i = 1, #KEYS, 3 do
  local stream, lease, mark = KEYS[i], KEYS[i + 1], KEYS[i + 2]
  problem = false
  local length = must_be('stream', stream, 'stream') and redis.call('XLEN', stream) or 0
  if length > 0 then
    waiting = waiting + length
    must_be('lease', lease, 'string')
    must_be('mark', mark, 'string')
    must_be_allowed('mark', mark, 'SET')
    if not problem and not stands(lease) and not stands(mark) then
      redis.call('SET', mark, given_for('order', ARGV[1]), 'PX', ARGV[1])
      due[#due + 1] = (i - 1) / 3
    end
  end
  if problem then
    problems[#problems + 1] = problem
  end
end
return { waiting, due, problems }

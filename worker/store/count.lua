-- Counts what happens outside of a commit.
-- KEYS: counters
-- ARGV: field, increment of each

local any = must_be('counters', KEYS[1], 'hash')
for i = 1, #ARGV, 2 do
  if any then
    must_count('counters', KEYS[1], ARGV[i])
  end
  must_be_whole(ARGV[i + 1])
end
must_be_allowed('counters', KEYS[1], 'HINCRBY')
if problem then
  return redis.error_reply(problem)
end

for i = 1, #ARGV, 2 do
  redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1])
end
return 1

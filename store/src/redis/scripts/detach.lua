-- ARGV[2] participant   ARGV[3] generation   ARGV[4] time to come back, in milliseconds
-- ARGV[5] why they leave if they do not

local entry = get(ARGV[2])
if entry and entry.generation == tonumber(ARGV[3]) and not entry.deadline then
  entry.deadline, entry.farewell = now + tonumber(ARGV[4]), ARGV[5]
  put(entry)
  finish()
end

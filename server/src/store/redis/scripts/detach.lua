-- ARGV[2] participant   ARGV[3] generation   ARGV[4] grace period, in milliseconds

local entry = get(ARGV[2])
if entry and entry.generation == tonumber(ARGV[3]) and not entry.deadline then
  entry.deadline = now + tonumber(ARGV[4])
  put(entry)
  finish()
end

-- ARGV[2] participant   ARGV[3] generation   ARGV[4] reason

local entry = get(ARGV[2])
if entry and entry.generation == tonumber(ARGV[3]) then
  remove(entry.id, ARGV[4])
  finish()
end

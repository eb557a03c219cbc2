-- A server is gone: whoever had their socket there may come back elsewhere for the grace period.
--
-- ARGV[2] server   ARGV[3] grace period, in milliseconds

local stranded = pick(function(entry) return entry.server == ARGV[2] and not entry.deadline end)
for _, entry in ipairs(stranded) do
  entry.deadline = now + tonumber(ARGV[3])
  put(entry)
end
if #stranded > 0 then finish() end
return #stranded

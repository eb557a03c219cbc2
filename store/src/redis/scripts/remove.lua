-- Somebody is sent away, whichever socket they have.
--
-- ARGV[2] participant

local entry = get(ARGV[2])
if not entry then return 0 end
send_away(entry)
finish()
return 1

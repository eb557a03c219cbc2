-- Everybody is sent away. Says how many there were.

expire()
local everybody = pick(function() return true end)
for _, entry in ipairs(everybody) do send_away(entry) end
finish()
return #everybody

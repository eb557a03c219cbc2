-- ARGV[2] capacity   ARGV[3] the entry, with the proof given   ARGV[4] the proof shown, or nothing

expire()
local entry, shown = cjson.decode(ARGV[3]), ARGV[4]
local before = get(entry.id)

local function refuse(why)
  finish()
  return { why, 0, 0, snapshot() }
end

if before then
  -- Equal strings are one object here, so comparing takes the same time wherever they differ.
  if shown == '' or (shown ~= before.given and shown ~= before.shown) then
    return refuse('refused')
  end
elseif redis.call('HLEN', roster) >= tonumber(ARGV[2]) then
  return refuse('full')
end

-- Whoever shows the newest proof heard the last answer, so his numbers go on from there, unless he
-- loaded the page anew.
local heard = before and shown == before.given and before.instance == entry.instance
local continues = heard and before.generation or 0

if before then sequence = math.max(sequence, before.generation) end
local generation = sequence + 1
entry.generation = generation
entry.since = before and before.since or generation
if shown ~= '' then entry.shown = shown end
put(entry)
finish()
return { 'joined', generation, continues, snapshot() }

-- ARGV[2] capacity   ARGV[3] the entry, with the proof given   ARGV[4] the proof shown, or nothing
-- ARGV[5] how many tabs are remembered   ARGV[6] until when somebody waits for the answer, in
-- milliseconds

-- Who waited for it has tried again elsewhere. This one would replace their newer socket.
if now > tonumber(ARGV[6]) then
  return { 'late', 0, 0, snapshot() }
end

expire()
local entry, shown = cjson.decode(ARGV[3]), ARGV[4]
local before = get(entry.id)

-- The tabs that had the seat lately, the last one first, and the last socket of each. A request
-- from an older socket of one of them was under way for too long, and may not take the seat.
local sockets, overtaken = {}, false
if before then
  sockets = before.former or {}
  table.insert(sockets, 1, before.attempt)
end
local former = {}
for _, last in ipairs(sockets) do
  if last.tab == entry.attempt.tab then
    overtaken = overtaken or last.number > entry.attempt.number
  elseif #former + 1 < tonumber(ARGV[5]) then
    former[#former + 1] = last
  end
end

local function refuse(why)
  finish()
  return { why, 0, 0, snapshot() }
end

if before then
  -- Equal strings are one object here, so comparing takes the same time wherever they differ.
  if shown == '' or overtaken or (shown ~= before.given and shown ~= before.shown) then
    return refuse('refused')
  end
elseif redis.call('HLEN', roster) >= tonumber(redis.call('HGET', state, 'capacity') or ARGV[2]) then
  return refuse('full')
end

-- Whoever shows the newest proof heard the last answer, so their numbers go on from there, unless
-- they loaded the page anew.
local heard = before and shown == before.given and before.instance == entry.instance
local continues = heard and before.generation or 0

if before then sequence = math.max(sequence, before.generation) end
-- Whoever was sent away is somebody else now.
sequence = math.max(sequence, tonumber(redis.call('HGET', removals, entry.id) or 0))
local generation = sequence + 1
entry.generation = generation
entry.since = before and before.since or generation
if shown ~= '' then entry.shown = shown end
if #former > 0 then entry.former = former end
keep_unknown(before or {}, entry)
put(entry)
finish()
return { 'joined', generation, continues, snapshot() }

-- Every script on a room starts with this text, so each is one atomic transition.
--
-- KEYS[1]  the roster: a hash from participant id to an entry as JSON
-- KEYS[2]  the room's own state: the number of its last event, the one it was born with, and how many
--          people fit in if that is of its own
-- ARGV[1]  how long the room may go untouched, in milliseconds
--
-- A room that is born counts on from the clock, in ticks of 0.1 ms. So it starts above whatever
-- number a room of this name reached before Redis forgot it, and 14 digits survive cjson.

local roster, state = KEYS[1], KEYS[2]
local channel = roster .. ':events'
-- A hash from participant id to the generation with which somebody was sent away.
local removals = roster .. ':removed'

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local known = redis.call('HMGET', state, 'born', 'sequence')
local born = tonumber(known[1]) or (clock[1] * 10000 + math.floor(clock[2] / 100))
local sequence = tonumber(known[2]) or born

local function get(id)
  local json = redis.call('HGET', roster, id)
  return json and cjson.decode(json)
end

local function publish(event)
  sequence = sequence + 1
  event.sequence, event.now = sequence, now
  redis.call('PUBLISH', channel, cjson.encode(event))
end

-- Stores an entry and tells everybody, but keeps out of the telling what concerns only the scripts.
local function put(entry)
  redis.call('HSET', roster, entry.id, cjson.encode(entry))
  entry.given, entry.shown, entry.former = nil, nil, nil
  publish({ put = entry })
end

-- What this version writes into entries. Whatever else is in one was written by a newer server, and
-- belongs to the participant.
local known_fields = {
  id = true, name = true, instance = true, attempt = true, since = true, server = true,
  generation = true, deadline = true, farewell = true, given = true, shown = true, former = true,
  remaining = true, remembered = true,
}

-- Lets an entry that takes the place of another have what only a newer server understands of it.
local function keep_unknown(before, entry)
  for field, value in pairs(before) do
    if not known_fields[field] and entry[field] == nil then entry[field] = value end
  end
end

local function remove(id, reason)
  redis.call('HDEL', roster, id)
  publish({ gone = { id = id, reason = reason } })
end

-- Sends somebody away. A server that does not hear of it would write them down again, so it is
-- remembered for a while.
local function send_away(entry)
  -- A server may say so that has not heard of a later one.
  local before = tonumber(redis.call('HGET', removals, entry.id) or 0)
  local generation = math.max(before, entry.generation)
  redis.call('HSET', removals, entry.id, string.format('%.0f', generation))
  redis.call('PEXPIRE', removals, ARGV[1])
  redis.call('HDEL', roster, entry.id)
  publish({ gone = { id = entry.id, reason = 'removed', generation = entry.generation } })
end

-- The entries that `chosen` picks, in the order their grace periods end, then in order of arrival.
local function pick(chosen)
  local picked = {}
  for _, json in ipairs(redis.call('HVALS', roster)) do
    local entry = cjson.decode(json)
    if chosen(entry) then picked[#picked + 1] = entry end
  end
  table.sort(picked, function(a, b)
    if a.deadline ~= b.deadline then return (a.deadline or 0) < (b.deadline or 0) end
    if a.since ~= b.since then return a.since < b.since end
    return a.id < b.id
  end)
  return picked
end

-- Whose time to come back is over leaves.
local function expire()
  local over = pick(function(entry) return entry.deadline and entry.deadline <= now end)
  for _, entry in ipairs(over) do remove(entry.id, entry.farewell or 'lost') end
end

-- Writes down where the room stands. An empty room leaves nothing behind.
local function finish()
  if redis.call('EXISTS', roster) == 0 then
    redis.call('DEL', state)
  else
    local number = function(n) return string.format('%.0f', n) end
    redis.call('HSET', state, 'born', number(born), 'sequence', number(sequence))
    redis.call('PEXPIRE', roster, ARGV[1])
    redis.call('PEXPIRE', state, ARGV[1])
  end
end

local function snapshot()
  return { born, sequence, now, redis.call('HVALS', roster) }
end

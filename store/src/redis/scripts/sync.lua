-- A server says whom it holds; what Redis forgot or got wrong about them is put right. Then whose
-- grace period is over leaves, and the server gets the whole picture.
--
-- ARGV[2…] entries with their proofs; `remaining` is what is left of a grace period, `remembered` what
-- a newer server had written down besides

for index = 2, #ARGV do
  local held = cjson.decode(ARGV[index])
  if held.remaining then held.deadline = now + held.remaining end
  local remembered = held.remembered
  held.remaining, held.remembered = nil, nil

  local before = get(held.id)
  local newer = before and before.generation > held.generation
  local same = before and before.generation == held.generation
    and (before.deadline == nil) == (held.deadline == nil)
  local removed = tonumber(redis.call('HGET', removals, held.id) or 0) >= held.generation
  if removed and not newer then
    -- Their server has not heard of it.
    send_away(held)
  elseif not newer and not same then
    sequence = math.max(sequence, held.generation)
    held.former = before and before.former
    keep_unknown(before or remembered or {}, held)
    put(held)
  end
end

expire()
finish()
return snapshot()

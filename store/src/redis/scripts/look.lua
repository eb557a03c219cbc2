-- The room as it is, with the capacity of its own, if any. Whoever only looks changes nothing, and keeps
-- no room from running out.

return { snapshot(), redis.call('HGET', state, 'capacity') }

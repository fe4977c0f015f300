-- name: standing
select u.time_zone, u.quiet_from, u.quiet_until, c.blocked_at is not null or u.blocked_at is not null as blocked,
  exists (select from outbox where idempotency_key = %(key)s) as said
from users u join conversations c using (user_id)
where u.user_id = %(user_id)s and c.conversation_id = %(conversation_id)s

-- name: count
update users set proactive_day = %(day)s,
  proactive_said = case when proactive_day = %(day)s then proactive_said + 1 else 1 end
where user_id = %(user_id)s and (proactive_day is distinct from %(day)s or proactive_said < %(limit)s)
returning proactive_said

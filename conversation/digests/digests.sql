-- name: person
select user_id, language, time_zone, zone_known, quiet_from, quiet_until, kind = 'person' as is_person
from users where user_id = %(user_id)s

-- name: mine
select digest_id, user_id, conversation_id, kind, days, minute, next_at, planned_zone, wants_zone, snoozed_until, told_until
from digests where user_id = %(user_id)s

-- name: set
insert into digests (
  digest_id, user_id, conversation_id, kind, days, minute, next_at, planned_zone, wants_zone, told_until)
values (
  %(digest_id)s, %(user_id)s, %(conversation_id)s, %(kind)s, %(days)s, %(minute)s, %(next_at)s, %(zone)s, %(wants_zone)s,
  %(told_until)s)
on conflict (user_id, kind) do update set
  conversation_id = excluded.conversation_id, days = excluded.days, minute = excluded.minute, next_at = excluded.next_at,
  planned_zone = excluded.planned_zone, wants_zone = excluded.wants_zone, snoozed_until = null, changed_at = now()

-- name: plan
with wished as (
  update users set creator_digest = true where user_id = %(user_id)s and %(kind)s = 'creator'
)
update digests set next_at = %(next_at)s, planned_zone = %(zone)s, wants_zone = false, snoozed_until = %(snoozed_until)s,
  changed_at = now()
where user_id = %(user_id)s and kind = %(kind)s

-- name: off
with wished as (
  update users set creator_digest = false where user_id = %(user_id)s and %(kind)s = 'creator'
)
update digests set next_at = null, wants_zone = false, snoozed_until = null, changed_at = now()
where user_id = %(user_id)s and kind = %(kind)s

-- name: set_zone
update users set time_zone = %(zone)s, zone_known = true where user_id = %(user_id)s

-- name: set_quiet
update users set quiet_from = %(start)s, quiet_until = %(end)s where user_id = %(user_id)s

-- name: told
update digests set told_until = %(told_until)s where digest_id = %(digest_id)s

-- name: due
select d.digest_id, d.user_id, d.conversation_id, d.kind, d.days, d.minute, d.next_at, d.planned_zone, d.wants_zone,
  d.snoozed_until, d.told_until, u.language, u.time_zone, u.zone_known, u.quiet_from, u.quiet_until,
  u.kind = 'person' as is_person, c.blocked_at is not null or c.user_id <> d.user_id or c.coach_bound and c.kind = 'direct' as unreachable
from digests d join users u using (user_id) join conversations c using (conversation_id)
where d.next_at <= %(now)s and d.digest_id <> all(%(seen)s::uuid[])
order by d.next_at limit %(limit)s

-- name: overdue
select 1 as overdue from digests
where next_at <= %(before)s and not exists (
  select from slots where job = 'digest:' || digest_id and state = 'claimed'
    and claimed_at > now() - %(lease)s::interval)
limit 1

-- name: misplanned
select d.digest_id, d.user_id, d.conversation_id, d.kind, d.days, d.minute, d.next_at, d.planned_zone, d.wants_zone,
  d.snoozed_until, d.told_until, u.time_zone
from digests d join users u using (user_id)
where d.next_at is not null and d.planned_zone <> u.time_zone or d.wants_zone and u.zone_known
limit %(limit)s

-- name: advance
update digests set next_at = %(next_at)s, planned_zone = %(zone)s, wants_zone = false
where digest_id = %(digest_id)s and next_at is not distinct from %(expected)s

-- name: project
update projections set wanted = wanted + 1, changed_at = now()
 where graph_id in (
   select 'user:' || u.user_id from users u where u.user_id = any(%(user_ids)s)
   union all
   select 'coach:' || c.coach_id from coaches c where c.creator_user_id = any(%(user_ids)s))

-- name: delete
delete from users where user_id = any(%(user_ids)s)

-- name: sweep_sessions
delete from web_sessions where expires_at <= now()

-- name: sweep_codes
delete from one_time_codes where coalesce(used_at, expires_at) <= now() - interval '1 day'

-- name: sweep_throttles
delete from throttles where window_started <= now() - interval '1 day'

-- name: idle_guests
select u.user_id from users u
 where u.guest and u.last_active_at <= now() - %(idle)s::interval
   and not exists (
     select from conversations c where c.user_id = u.user_id and c.updated_at > now() - %(idle)s::interval)
 order by u.last_active_at
 limit 500
   for update skip locked

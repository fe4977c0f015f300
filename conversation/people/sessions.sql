-- name: open
insert into web_sessions (token_hash, user_id, device, expires_at)
values (%(token_hash)s, %(user_id)s, %(device)s, now() + %(lifetime)s::interval)

-- name: person_of
with session as (
  select token_hash, user_id, seen_at from web_sessions
   where token_hash = %(token_hash)s and expires_at > now() and user_id not in (
     select b.user_id from users b where b.user_id = web_sessions.user_id and b.blocked_at is not null)
), stale as (
  select token_hash, user_id from session where seen_at < now() - %(freshness)s::interval
), prolonged as (
  update web_sessions w set seen_at = now(), expires_at = now() + %(lifetime)s::interval
    from stale where w.token_hash = stale.token_hash
), active as (
  update users u set last_active_at = now() from stale where u.user_id = stale.user_id
)
select u.user_id, u.display_name, u.roles, u.guest, u.time_zone, u.language
  from session join users u using (user_id)

-- name: open_guest
insert into users (user_id, display_name, guest) values (%(user_id)s, %(display_name)s, true)
returning user_id, display_name, roles, guest, time_zone, language

-- name: sign_out
delete from web_sessions where token_hash = %(token_hash)s

-- name: sign_out_everywhere
delete from web_sessions where user_id = %(user_id)s and token_hash is distinct from %(kept)s

-- name: list
select token_hash, device, created_at, seen_at from web_sessions
 where user_id = %(user_id)s and expires_at > now()
 order by seen_at desc, created_at desc

-- name: end
delete from web_sessions where user_id = %(user_id)s and token_hash = %(token_hash)s

-- name: lock
select pg_advisory_xact_lock(hashtextextended(%(channel)s || '/' || %(account)s || '/' || %(external_id)s, 1))

-- name: find
select user_id, identities.display_name, roles <> '{}' as welcome, last_active_at < now() - interval '1 hour' as unseen
 from identities join users using (user_id)
 where channel = %(channel)s and account = %(account)s and external_id = %(external_id)s

-- name: add
insert into identities (channel, account, external_id, user_id, display_name)
values (%(channel)s, %(account)s, %(external_id)s, %(user_id)s, %(display_name)s)

-- name: elsewhere
select user_id from identities where channel = %(channel)s and external_id = %(external_id)s order by created_at limit 1

-- name: rename
update identities set display_name = %(display_name)s
 where channel = %(channel)s and account = %(account)s and external_id = %(external_id)s
   and display_name is distinct from %(display_name)s

-- name: add_person
insert into users (user_id, display_name, language, kind, roles)
values (%(user_id)s, %(display_name)s, %(language)s, %(kind)s, %(roles)s)
on conflict do nothing

-- name: let_in
update users set roles = %(roles)s where user_id = %(user_id)s and roles = '{}'

-- name: exists
select user_id from users where user_id = %(user_id)s

-- name: seen
update users set last_active_at = now()
 where user_id = %(user_id)s and last_active_at < now() - interval '1 hour'

-- name: welcome
select roles <> '{}' as welcome from users where user_id = %(user_id)s

-- name: shut_out
select 1 as shut_out from identities join users using (user_id)
 where channel = %(channel)s and (account = %(account)s or %(wide)s) and external_id = any(%(external_ids)s)
   and blocked_at is not null
 limit 1

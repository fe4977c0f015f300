-- name: put
with told as (select pg_notify('installations', %(channel)s))
insert into installations (channel, account, name, secrets, details, user_id, coach_id)
select %(channel)s, %(account)s, %(name)s, %(secrets)s, %(details)s, %(user_id)s::uuid, %(coach_id)s::uuid from told
on conflict (channel, account) do update set
  name = excluded.name, secrets = excluded.secrets, details = excluded.details, user_id = excluded.user_id,
  coach_id = excluded.coach_id, installed_at = now()

-- name: find
select channel, account, name, secrets, details, user_id, coach_id from installations
where channel = %(channel)s and account = %(account)s

-- name: anothers
select account from installations
where channel = %(channel)s and account = %(account)s and user_id is distinct from %(user_id)s

-- name: all
select channel, account, name, secrets, details, user_id, coach_id from installations
where channel = %(channel)s order by installed_at, account

-- name: remove
with gone as (delete from installations where channel = %(channel)s and account = %(account)s returning channel)
select pg_notify('installations', channel) from gone

-- name: reseal
update installations set secrets = %(secrets)s
where channel = %(channel)s and account = %(account)s and secrets = %(before)s

-- name: add_own
with told as (select pg_notify('installations', %(channel)s))
insert into installations (channel, account, name, secrets, user_id, coach_id)
select %(channel)s, %(account)s, %(name)s, %(secrets)s, %(user_id)s, %(coach_id)s from told
on conflict do nothing

-- name: own
select channel, account, name, user_id, coach_id from installations where channel = %(channel)s order by installed_at

-- name: remove_own
with told as (select pg_notify('installations', %(channel)s))
delete from installations using told where channel = %(channel)s and account = %(account)s

-- name: new_state
with old as (delete from oauth_states where expires_at < now())
insert into oauth_states (state_hash, channel, expires_at)
values (%(state_hash)s, %(channel)s, now() + make_interval(secs => %(seconds)s))

-- name: use_state
delete from oauth_states where state_hash = %(state_hash)s and channel = %(channel)s and expires_at > now()
returning state_hash

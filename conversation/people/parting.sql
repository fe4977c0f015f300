-- name: lanes
with held as (
  select conversation_id from lanes where conversation_id = any(%(conversations)s) order by conversation_id for update
)
update lanes set fence = fence + 1, owner = '', leased_until = '-infinity'
from held where lanes.conversation_id = held.conversation_id

-- name: talks
select distinct c.conversation_id
from conversations c
where c.user_id = %(user_id)s and c.channel = %(channel)s and (c.account = %(account)s or %(wide)s)
  and (c.external_id = %(external_id)s or exists (
    select from inbox i where i.conversation_id = c.conversation_id
      and i.payload->'author'->>'external_id' = %(external_id)s))

-- name: web_talks
select conversation_id from conversations where user_id = %(user_id)s and channel = 'web'

-- name: lock
select user_id from users where user_id = %(user_id)s for update

-- name: person
insert into users (user_id, display_name, guest, language, language_chosen, time_zone, zone_known, blocked_at)
select %(new_user_id)s, %(name)s, %(guest)s, language, language_chosen, time_zone, zone_known, blocked_at
from users where user_id = %(user_id)s
on conflict do nothing

-- name: exists
select user_id from users where user_id = %(new_user_id)s

-- name: move_identity
update identities set user_id = %(new_user_id)s
where user_id = %(user_id)s and channel = %(channel)s and (account = %(account)s or %(wide)s)
  and external_id = %(external_id)s

-- name: halved
select distinct on (behind.channel, behind.external_id)
  behind.channel, behind.account, behind.external_id, behind.display_name, behind.created_at, went.user_id as back
from identities behind
join identities went
  on went.channel = behind.channel and went.external_id = behind.external_id and went.user_id <> behind.user_id
where behind.user_id = %(user_id)s and behind.channel = any(%(worldwide)s)

-- name: move_web
with identity as (
  update identities set user_id = %(new_user_id)s where user_id = %(user_id)s and channel = 'web'
)
update web_sessions set user_id = %(new_user_id)s where user_id = %(user_id)s

-- name: move_talks
with opinions as (
  update feedback set user_id = %(new_user_id)s
  where user_id = %(user_id)s and message_id in (
    select message_id from messages where conversation_id = any(%(conversations)s))
)
update conversations set user_id = %(new_user_id)s
where conversation_id = any(%(conversations)s) and user_id = %(user_id)s

-- name: follow
select follow(%(user_id)s, %(new_user_id)s)

-- name: joins_with
select join_id, record from joins
where user_id = %(user_id)s and state = 'joined' and decided_at > now() - %(undo)s::interval
order by decided_at desc

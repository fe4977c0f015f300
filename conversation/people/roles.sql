-- name: become_creator
update users set roles = roles || '{creator}'::text[] where user_id = %(user_id)s and not roles @> '{creator}'

-- name: grant
update users set roles = roles || array[%(role)s::text]
 where user_id = (select user_id from web_accounts where email = %(email)s) and not roles @> array[%(role)s::text]

-- name: revoke
update users set roles = array_remove(roles, %(role)s::text)
 where user_id = (select user_id from web_accounts where email = %(email)s)

-- name: known
select user_id from web_accounts where email = %(email)s

-- name: block
update users set blocked_at = coalesce(blocked_at, now()) where user_id = %(user_id)s

-- name: lanes
select conversation_id, leased_until >= now() as leased from lanes
where conversation_id in (
  select conversation_id from inbox
  where state = 'new' and (user_id = %(user_id)s or exists (
    select from identities i
    where i.user_id = %(user_id)s and i.channel = inbox.channel and i.account = inbox.account
      and i.external_id = inbox.payload->'author'->>'external_id')))
order by conversation_id for update

-- name: silence
with waiting as (
  select inbox_id, attempts > 0 as begun, attempts > 0 and conversation_id = any(%(leased)s) as runs from inbox
  where state = 'new' and (user_id = %(user_id)s or exists (
    select from identities i
    where i.user_id = %(user_id)s and i.channel = inbox.channel and i.account = inbox.account
      and i.external_id = inbox.payload->'author'->>'external_id'))
)
update inbox set cancelled = true, state = case when runs then state else 'done' end,
  finished_at = case when runs then finished_at else now() end
from waiting where inbox.inbox_id = waiting.inbox_id
returning inbox.conversation_id, begun and not runs as left_open

-- name: unblock
update users set blocked_at = null where user_id = %(user_id)s

-- name: exists
select user_id from users where user_id = %(user_id)s

-- name: list
select u.user_id, u.blocked_at, u.display_name, u.roles, u.guest, u.created_at, u.last_active_at, coalesce(a.email, '') as email,
       array(select distinct i.channel from identities i where i.user_id = u.user_id order by i.channel) as channels
  from users u left join web_accounts a using (user_id)
 order by u.created_at, u.user_id

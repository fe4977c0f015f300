-- name: mask
with heard as (
  update inbox set payload = payload || jsonb_build_object(
    'text', regexp_replace(payload->>'text', %(pattern)s, %(mask)s, 'g'),
    'spoken', regexp_replace(coalesce(payload->>'spoken', ''), %(pattern)s, %(mask)s, 'g'))
  where conversation_id = %(conversation_id)s and (inbox_id = %(inbox_id)s or state <> 'new')
    and payload->>'text' ~ %(token)s
), said as (
  update messages set text = regexp_replace(text, %(pattern)s, %(mask)s, 'g')
  where conversation_id = %(conversation_id)s and author = 'person' and text ~ %(token)s
  returning message_id
)
select pg_notify('web', json_build_object('c', %(conversation_id)s::text, 'm', message_id::text)::text) from said

-- name: close
with gone as (
  delete from installations where channel = %(channel)s and account = %(account)s
  returning channel, account, name, user_id, installed_at
), told as (
  select pg_notify('installations', channel) from gone
)
select gone.name, gone.installed_at, users.language, (
    select conversation_id from conversations
    where conversations.user_id = gone.user_id and kind = 'direct' and blocked_at is null and not coach_bound
    order by updated_at desc limit 1) as conversation_id
from gone join users using (user_id), told

-- name: reclaim
with gone as (
  delete from installations where channel = %(channel)s and account = %(account)s returning channel, account
)
select account, pg_notify('installations', channel) from gone

-- name: brought
select coach_id from installations
where channel = %(channel)s and account = %(account)s and coach_id is not null
for key share

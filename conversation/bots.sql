-- name: mask
with heard as (
  update inbox set payload = jsonb_set(payload, '{text}',
    to_jsonb(regexp_replace(payload->>'text', %(pattern)s, %(mask)s, 'g')))
  where inbox_id = %(inbox_id)s
), titled as (
  update conversations set title = regexp_replace(title, %(pattern)s, %(mask)s, 'g')
  where conversation_id = %(conversation_id)s
)
update messages set text = regexp_replace(text, %(pattern)s, %(mask)s, 'g') where message_id = %(message_id)s

-- name: close
with gone as (
  delete from installations where channel = %(channel)s and account = %(account)s
  returning channel, account, name, user_id, installed_at
), told as (
  select pg_notify('installations', channel) from gone
)
select gone.name, gone.installed_at, users.language, (
    select conversation_id from conversations
    where conversations.user_id = gone.user_id and kind = 'direct' and blocked_at is null
      and (conversations.channel, conversations.account) <> (gone.channel, gone.account)
    order by updated_at desc limit 1) as conversation_id
from gone join users using (user_id), told

-- name: reclaim
with gone as (
  delete from installations where channel = %(channel)s and account = %(account)s returning channel, account
)
select account, pg_notify('installations', channel) from gone

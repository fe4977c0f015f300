-- name: accept
with place as (
  insert into conversations (conversation_id, channel, account, external_id, kind, user_id, coach_id, title, next_seq)
  values (
    %(conversation_id)s, %(channel)s, %(account)s, %(external_id)s, %(kind)s, %(user_id)s,
    coalesce(
      (select coach_id from conversations where user_id = %(user_id)s and coach_id is not null order by updated_at desc limit 1),
      (select coach_id from coaches where guide)),
    %(title)s, 2)
  on conflict (channel, account, external_id)
    do update set next_seq = conversations.next_seq + 1, updated_at = now(), blocked_at = null,
      title = case when conversations.title = '' then excluded.title else conversations.title end
  returning conversation_id, next_seq - 1 as seq
), heard as (
  insert into inbox (inbox_id, channel, account, dedupe_key, conversation_id, user_id, payload)
  select %(inbox_id)s, %(channel)s, %(account)s, %(dedupe_key)s, conversation_id, %(user_id)s, %(payload)s from place
  on conflict do nothing
  returning inbox_id
), lane as (
  insert into lanes (conversation_id) select conversation_id from place on conflict do nothing
), said as (
  insert into messages (message_id, conversation_id, user_id, seq, author, text, payload)
  select %(message_id)s, conversation_id, %(user_id)s, seq, 'person', %(text)s, %(shown)s
  from place where exists (select from heard)
  on conflict do nothing
)
select conversation_id, exists (select from heard) as fresh from place

-- name: cancel
update inbox set cancelled = true
where conversation_id = %(conversation_id)s and state = 'new'
returning inbox_id

-- name: pending
select inbox_id, payload->>'dedupe_key' as message_key from inbox
where conversation_id = %(conversation_id)s and state = 'new' order by position

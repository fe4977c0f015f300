-- name: append
with place as (
  update conversations set next_seq = next_seq + 1, updated_at = now()
  where conversation_id = %(conversation_id)s
  returning conversation_id, user_id, next_seq - 1 as seq
), told as (
  insert into outbox (outbox_id, conversation_id, user_id, seq, idempotency_key, purpose, payload)
  select %(outbox_id)s, conversation_id, user_id, seq, %(key)s, %(purpose)s, %(payload)s from place
  on conflict (idempotency_key) do update set payload = excluded.payload, purpose = excluded.purpose, state = 'pending',
    revision = outbox.revision + case when outbox.sent_revision > 0 then 1 else 0 end, due_at = now(),
    attempts = case when outbox.receipts = '{}' then 1 else 0 end -- its first words may stand there without our knowing
    where outbox.state = 'open'
  returning outbox_id, conversation_id, user_id, seq
)
insert into messages (message_id, conversation_id, user_id, seq, author, text, payload)
select outbox_id, conversation_id, user_id, seq, 'coach', %(text)s, %(payload)s from told
on conflict (message_id) do update set text = excluded.text, payload = excluded.payload, revised_at = now()

-- name: open
with place as (
  update conversations set next_seq = next_seq + 1, updated_at = now()
  where conversation_id = %(conversation_id)s
  returning conversation_id, user_id, next_seq - 1 as seq
)
insert into outbox (outbox_id, conversation_id, user_id, seq, idempotency_key, purpose, payload, state)
select %(outbox_id)s, conversation_id, user_id, seq, %(key)s, 'reply', %(payload)s, 'open' from place
on conflict (idempotency_key) do update set state = 'open'
  where outbox.state <> 'sending' and (outbox.state <> 'pending' or outbox.sent_revision > 0)
returning receipts

-- name: shown
update outbox set receipts = array_append(receipts, %(receipt)s) where outbox_id = %(outbox_id)s and state = 'open'
returning outbox_id

-- name: place
select idempotency_key from outbox where conversation_id = %(conversation_id)s and idempotency_key like %(prefix)s

-- name: retract
with gone as (
  delete from outbox where idempotency_key = %(key)s and receipts = '{}'
    and state in ('open', 'pending', 'blocked')
  returning outbox_id
), emptied as (
  update outbox set payload = %(payload)s, revision = revision + 1, attempts = 0, due_at = now(),
    state = case when state in ('sending', 'blocked') then state else 'pending' end
  where idempotency_key = %(key)s and outbox_id not in (select outbox_id from gone)
  returning outbox_id
)
delete from messages where message_id = %(outbox_id)s

-- name: left_open
select idempotency_key, exists (select from messages where message_id = outbox_id) as stood
from outbox where conversation_id = %(conversation_id)s and state = 'open'

-- name: restore
update outbox set state = 'pending', revision = revision + 1, attempts = 0, due_at = now()
where idempotency_key = %(key)s and state in ('open', 'sent')

-- name: hold
update outbox set leased_until = now() + make_interval(secs => %(seconds)s)
where outbox_id = %(outbox_id)s and owner = %(owner)s and state = 'sending'
returning receipts, (select language from users where users.user_id = outbox.user_id) as language

-- name: cut
update outbox set receipts = receipts[:%(kept)s] where outbox_id = %(outbox_id)s and owner = %(owner)s and state = 'sending'

-- name: tokens
insert into button_tokens (token, conversation_id, user_id, value)
select token, outbox.conversation_id, outbox.user_id, value
from outbox, unnest(%(tokens)s::text[], %(values)s::text[]) as long (token, value)
where outbox_id = %(outbox_id)s
on conflict do nothing

-- name: move
with members as (
  insert into identities (channel, account, external_id, user_id, display_name)
  select channel, account, 'group:' || %(moved_to)s, user_id, display_name from identities
  where channel = %(channel)s and account = %(account)s and external_id = 'group:' || %(external_id)s
  on conflict do nothing
), moved as (
  update conversations set external_id = %(moved_to)s || substr(external_id, length(%(external_id)s) + 1)
  where channel = %(channel)s and account = %(account)s
    and (external_id = %(external_id)s or starts_with(external_id, %(external_id)s || ':'))
    and not exists (
      select from conversations there
      where there.channel = conversations.channel and there.account = conversations.account
        and there.external_id = %(moved_to)s || substr(conversations.external_id, length(%(external_id)s) + 1))
  returning conversation_id
), unknown_there as (
  update outbox set receipts = '{}' where conversation_id in (select conversation_id from moved) and receipts <> '{}'
)
select conversation_id from moved limit 1

-- name: revise
with told as (
  update outbox set
    payload = %(payload)s::jsonb
      || case when %(payload)s::jsonb->>'coach_name' = ''
           then jsonb_build_object('coach_name', payload->>'coach_name', 'avatar', coalesce(payload->>'avatar', ''))
         else '{}' end
      || case when %(payload)s::jsonb->>'via' = '' then jsonb_build_object('via', coalesce(payload->>'via', ''))
         else '{}' end,
    revision = revision + 1, attempts = 0, due_at = now(),
    state = case when state = 'sending' then state when state = 'blocked' or state = 'dead' and purpose <> 'reply' then state
      else 'pending' end
  where idempotency_key = %(key)s
  returning outbox_id, payload
)
update messages set text = %(text)s, payload = told.payload, revised_at = now()
from told where message_id = outbox_id

-- name: claim
with head as (
  select outbox.outbox_id from outbox
  where outbox.state in ('pending', 'sending') and outbox.due_at <= now() and outbox.leased_until < now()
    and outbox.conversation_id in (select conversation_id from conversations where channel = any(%(channels)s))
    and not exists (
      select from outbox earlier
      where earlier.conversation_id = outbox.conversation_id and earlier.seq < outbox.seq
        and earlier.state in ('pending', 'sending') and earlier.sent_revision = 0)
  order by outbox.purpose = 'proactive', outbox.created_at
  limit %(limit)s
  for update of outbox skip locked
)
update outbox set state = 'sending', owner = %(owner)s, attempts = attempts + 1,
  leased_until = now() + make_interval(secs => %(seconds)s)
from head, conversations, (select outbox_id, state as before from outbox) as was
where outbox.outbox_id = head.outbox_id and conversations.conversation_id = outbox.conversation_id
  and was.outbox_id = outbox.outbox_id
returning outbox.outbox_id, outbox.idempotency_key, outbox.purpose, outbox.payload, outbox.revision, outbox.sent_revision,
  outbox.receipts, outbox.attempts, was.before = 'sending' as interrupted,
  conversations.channel, conversations.account, conversations.external_id, conversations.kind, conversations.via

-- name: receipt
update outbox set receipts = array_append(receipts, %(receipt)s),
  leased_until = now() + make_interval(secs => %(seconds)s)
where outbox_id = %(outbox_id)s and owner = %(owner)s and state = 'sending'
returning outbox_id

-- name: sent
update outbox set sent_revision = %(revision)s, sent_at = now(), leased_until = '-infinity', error = '',
  state = case when revision > %(revision)s then 'pending' else 'sent' end
where outbox_id = %(outbox_id)s and owner = %(owner)s and state = 'sending'

-- name: settle
update outbox set state = %(state)s, error = %(error)s, leased_until = '-infinity',
  due_at = now() + make_interval(secs => %(seconds)s)
where outbox_id = %(outbox_id)s and owner = %(owner)s and state = 'sending'

-- name: block
update conversations set blocked_at = now()
where conversation_id = (select conversation_id from outbox where outbox_id = %(outbox_id)s)

-- name: waiting
select state, count(*) as number from outbox where state <> 'sent' group by state

-- name: tidy_tokens
delete from button_tokens where created_at < now() - %(age)s::interval

-- name: last
select outbox_id, payload from outbox
where conversation_id = %(conversation_id)s and purpose = 'reply' and state <> 'open' and payload->>'text' <> ''
order by seq desc limit 1

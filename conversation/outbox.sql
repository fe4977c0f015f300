-- name: append
with place as (
  update conversations set next_seq = next_seq + 1, updated_at = now()
  where conversation_id = %(conversation_id)s
  returning conversation_id, user_id, next_seq - 1 as seq
), told as (
  insert into outbox (outbox_id, conversation_id, user_id, seq, idempotency_key, purpose, payload)
  select %(outbox_id)s, conversation_id, user_id, seq, %(key)s, %(purpose)s, %(payload)s from place
  on conflict (idempotency_key) do nothing
  returning outbox_id, conversation_id, user_id, seq
)
insert into messages (message_id, conversation_id, user_id, seq, author, text, payload)
select outbox_id, conversation_id, user_id, seq, 'coach', %(text)s, %(payload)s from told

-- name: revise
with told as (
  update outbox set
    payload = %(payload)s::jsonb
      || case when %(payload)s::jsonb->>'coach_name' = '' then jsonb_build_object('coach_name', payload->>'coach_name')
         else '{}' end,
    revision = revision + 1, attempts = 0, due_at = now(),
    state = case when state = 'sending' then state when state in ('blocked', 'dead') then state else 'pending' end
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
  conversations.channel, conversations.account, conversations.external_id, conversations.kind

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

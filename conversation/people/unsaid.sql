-- name: places
select distinct conversation_id from inbox join conversations using (conversation_id)
where conversations.channel = %(channel)s and conversations.account = %(account)s
  and (external_id = %(place)s or starts_with(external_id, %(place)s || ':'))
  and inbox.native_id = %(native_id)s and inbox.native_id <> ''

-- name: lanes
select leased_until >= now() as leased, conversation_id from lanes
where conversation_id = any(%(conversations)s) order by conversation_id for update

-- name: rows
with first as (
  select inbox_id, conversation_id, album from inbox
  where conversation_id = any(%(conversations)s) and native_id = %(native_id)s and native_id <> ''
    and payload->>'action' is null
), stands_for as (
  select inbox_id from first
  union
  select whole.inbox_id from first join inbox whole using (conversation_id, album) where first.album <> ''
)
select inbox_id, coalesce(replaces, inbox_id) as root, conversation_id, user_id, payload, state = 'new' and attempts > 0 as runs
from inbox
where deleted_at is null and inbox_id in (
  select inbox_id from first
  union
  select later.inbox_id from inbox later join stands_for on later.replaces = stands_for.inbox_id
  where later.payload->>'native_id' = %(native_id)s)
order by position for update

-- name: scrub
with captions as (
  select conversation_id, album, payload->>'text' as text from inbox
  where inbox_id = any(%(inbox_ids)s) and album <> '' and payload->>'text' <> ''
), copied as (
  update inbox set payload = payload || '{"text": ""}'
  from captions
  where inbox.conversation_id = captions.conversation_id and inbox.album = captions.album
    and inbox.payload->>'text' = captions.text and inbox_id <> all(%(inbox_ids)s)
)
update inbox set deleted_at = now(), cancelled = cancelled or state = 'new',
  payload = jsonb_set(payload, '{author,name}', '""')
    || '{"text": "", "quoted": "", "spoken": "", "attachments": [], "fields": {}}',
  state = case when state = 'new' and attempts = 0 then 'done' else state end,
  finished_at = case when state = 'new' and attempts = 0 then now() else finished_at end
where inbox_id = any(%(inbox_ids)s)

-- name: messages
delete from messages where message_id = any(%(message_ids)s)

-- name: title
update conversations set title = ''
where conversation_id = any(%(conversations)s) and title = any(%(titles)s) and title <> '' and not titled_by_person

-- name: answers
with answer as (
  select outbox_id from outbox
  where conversation_id = any(%(conversations)s) and idempotency_key like any(%(keys)s)
), asked as (
  delete from questions where question_id = any(%(roots)s)
), judged as (
  delete from feedback where message_id in (select outbox_id from answer)
), queued as (
  update outbox set payload = payload || '{"about": ""}'
  where outbox_id in (select outbox_id from answer) and payload->>'about' <> ''
)
update messages set payload = payload || '{"about": "", "unsaid": true}'
where message_id in (select outbox_id from answer) and payload->>'about' <> ''

-- name: facts
select fact_id from facts
where user_id = %(user_id)s and exists (
  select from fact_supports s where s.fact_id = facts.fact_id and s.message_id = any(%(message_ids)s))

-- name: alone
select fact_id from facts
where fact_id = any(%(fact_ids)s) and not exists (
  select from fact_supports s where s.fact_id = facts.fact_id and s.message_id <> all(%(message_ids)s))

-- name: supports
delete from fact_supports where fact_id = any(%(fact_ids)s) and message_id = any(%(message_ids)s)

-- name: revive
update facts before set valid_to = null, ended_by = null
where ended_by = any(%(fact_ids)s) and not exists (
  select from facts now_true
  where now_true.user_id = before.user_id and now_true.predicate = before.predicate and now_true.valid_to is null
    and now_true.fact_id <> all(%(fact_ids)s))

-- name: dropped
update joins set record = jsonb_set(record, '{dropped}', coalesce((
  select jsonb_agg(each) from jsonb_array_elements(record->'dropped') as each
  where not exists (
    select from jsonb_array_elements(each->'supports') as support
    where (support->>'message_id')::uuid = any(%(message_ids)s))), '[]'))
where user_id = %(user_id)s and state = 'joined' and record ? 'dropped'

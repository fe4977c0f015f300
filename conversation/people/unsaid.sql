-- name: places
select distinct conversation_id from inbox join conversations using (conversation_id)
where conversations.channel = %(channel)s and conversations.account = %(account)s
  and (external_id = %(place)s or starts_with(external_id, %(place)s || ':'))
  and inbox.native_id = %(native_id)s and inbox.native_id <> ''

-- name: withdraw
with past as (delete from withdrawn where withdrawn_at < now() - interval '1 day')
insert into withdrawn (channel, account, place, native_id) values (%(channel)s, %(account)s, %(place)s, %(native_id)s)
on conflict do nothing

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
), worded as (
  select inbox_id from first
  union
  select later.inbox_id from inbox later join stands_for on later.replaces = stands_for.inbox_id
  where later.payload->>'native_id' = %(native_id)s
)
select inbox_id, coalesce(replaces, inbox_id) as root, conversation_id, user_id, payload, state = 'new' and attempts > 0 as runs
from inbox
where deleted_at is null and (inbox_id in (select inbox_id from worded) or exists (
  select from inbox said join worded using (inbox_id)
  where said.conversation_id = inbox.conversation_id and said.position < inbox.position
    and substring(inbox.payload->>'action' from '^/ask \S+ (.+)$')
      = right(said.payload->>'text', length(substring(inbox.payload->>'action' from '^/ask \S+ (.+)$')))))
order by position for update

-- name: heard
with strip as (
  update outbox set payload = payload || jsonb_build_object('text', regexp_replace(payload->>'text', '^> 🎙 [^\n]*\n\n', '')),
    revision = revision + 1, attempts = 0, due_at = now(), state = case state when 'sent' then 'pending' else state end
  where conversation_id = any(%(conversations)s) and idempotency_key like any(%(spoken)s)
    and starts_with(payload->>'text', '> 🎙 ')
  returning outbox_id
)
update messages set payload = payload || jsonb_build_object('text', regexp_replace(payload->>'text', '^> 🎙 [^\n]*\n\n', '')),
  text = regexp_replace(text, '^> 🎙 [^\n]*\n\n', '')
where message_id in (select outbox_id from strip)

-- name: buttons
with tokens as (
  delete from button_tokens
  where conversation_id = any(%(conversations)s) and exists (
    select from unnest(%(texts)s::text[]) as words, substring(value from '^/ask \S+ (.+)$') as asked
    where right(words, length(asked)) = asked)
), offered as (
  select outbox_id, button, place, exists (
    select from unnest(%(texts)s::text[]) as words, substring(button->>'value' from '^/ask \S+ (.+)$') as asked
    where right(words, length(asked)) = asked) as asks
  from outbox, jsonb_array_elements(outbox.payload->'buttons') with ordinality as each (button, place)
  where conversation_id = any(%(conversations)s)
), kept as (
  select outbox_id, jsonb_build_object('buttons', coalesce(jsonb_agg(button order by place) filter (where not asks), '[]')) as buttons
  from offered group by outbox_id having bool_or(asks)
), queued as (
  update outbox set payload = payload || buttons, revision = revision + 1, attempts = 0, due_at = now(),
    state = case state when 'sent' then 'pending' else state end
  from kept where outbox.outbox_id = kept.outbox_id
)
update messages set payload = payload || buttons from kept where message_id = outbox_id

-- name: leaning
with gone as (
  select payload->>'about' as words from outbox
  where conversation_id = any(%(conversations)s) and idempotency_key like any(%(keys)s) and payload->>'about' <> ''
  union
  select unnest(%(texts)s::text[])
), replies as (
  select inbox_id, coalesce(replaces, inbox_id) as root
  from inbox, regexp_replace(lower(payload->>'quoted'), '[^[:alnum:]]+', '', 'g') as quoted
  where conversation_id = any(%(conversations)s) and quoted <> '' and exists (
    select from unnest(%(texts)s::text[]) as text, regexp_replace(lower(text), '[^[:alnum:]]+', '', 'g') as words
    where strpos(words, quoted) > 0 or words <> '' and strpos(quoted, words) > 0)
), unquoted as (
  update inbox set payload = payload || '{"quoted": ""}'
  where inbox_id in (select inbox_id from replies) and inbox_id <> all(%(inbox_ids)s)
), leaning as (
  select outbox_id, asked.inbox_id as root, jsonb_build_object('about', coalesce(asked.payload->>'text', '')) as own
  from outbox left join inbox asked on asked.inbox_id =
    case when idempotency_key ~ '^turn:[0-9a-f-]{36}:' then split_part(idempotency_key, ':', 2)::uuid end
  where outbox.conversation_id = any(%(conversations)s) and not idempotency_key like any(%(keys)s)
    and outbox.payload->>'about' <> '' and (
      asked.inbox_id in (select root from replies)
      or exists (select from gone where strpos(outbox.payload->>'about', '(' || words) > 0))
), noted as (
  update questions set text = own->>'about' from leaning where question_id = root and own->>'about' <> ''
), queued as (
  update outbox set payload = payload || own from leaning where outbox.outbox_id = leaning.outbox_id
)
update messages set payload = payload || own from leaning where message_id = outbox_id

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
    || '{"text": "", "quoted": "", "spoken": "", "attachments": [], "fields": {}}'
    || case when payload->>'action' is null then '{}'::jsonb else '{"action": "/expired"}' end,
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

-- name: thread_counts
select count(*) as messages, 1 as threads from messages
where conversation_id = %(conversation_id)s and seq < (select seq from messages where message_id = %(message_id)s)

-- name: all_counts
select count(*) filter (where conversation_id <> %(conversation_id)s
    or seq < (select seq from messages where message_id = %(message_id)s)) as messages,
  (select count(*) from conversations where user_id = %(user_id)s) as threads
from messages where user_id = %(user_id)s

-- name: facts
select fact_id, predicate, object from facts where user_id = %(user_id)s

-- name: threads
with lost as (
  select count(*) as messages from messages where user_id = %(user_id)s and conversation_id <> %(conversation_id)s
), gone as (
  delete from conversations where user_id = %(user_id)s and conversation_id <> %(conversation_id)s
  returning conversation_id
)
select lost.messages, (select count(*) from gone) as threads from lost

-- name: messages
delete from messages
where conversation_id = %(conversation_id)s and seq < (select seq from messages where message_id = %(message_id)s)

-- name: inbox
delete from inbox
where conversation_id = %(conversation_id)s and state <> 'new'
  and position < (select position from inbox i where i.inbox_id = %(inbox_id)s)

-- name: outbox
delete from outbox
where conversation_id = %(conversation_id)s and seq < (select seq from messages where message_id = %(message_id)s)

-- name: rest
with tokens as (
  delete from button_tokens where conversation_id = %(conversation_id)s
), asked as (
  delete from questions where conversation_id = %(conversation_id)s and user_id = %(user_id)s
)
update conversations set title = '', titled_by_person = false,
  fresh_from = coalesce((select seq from messages where message_id = %(message_id)s), fresh_from)
where conversation_id = %(conversation_id)s

-- name: erase_facts
delete from facts where fact_id = any(%(fact_ids)s)

-- name: memory
delete from facts where user_id = %(user_id)s

-- name: kept_elsewhere
with asked as (delete from questions where user_id = %(user_id)s),
judged as (delete from feedback where user_id = %(user_id)s),
stopped as (delete from digests where user_id = %(user_id)s),
joined as (
  update joins set record = jsonb_set(record, '{dropped}', '[]') where user_id = %(user_id)s and record ? 'dropped'
)
delete from files where user_id = %(user_id)s and not exists (
  select from ingestions where ingestions.file_id = files.file_id and state in ('waiting', 'running'))

-- name: project
insert into projections (graph_id, part) values (%(graph_id)s, 'facts')
on conflict (graph_id, part) do update set wanted = projections.wanted + 1, changed_at = now()

-- name: notify
select pg_notify('projection', '')

-- name: answering
select coalesce(replaces, inbox_id) as answers from inbox
where conversation_id = %(conversation_id)s and finished_at = now() and state = 'done'

-- name: note
insert into erasures (erasure_id, user_id, receipt, language, ledger, graph_before)
values (%(erasure_id)s, %(user_id)s, %(receipt)s, %(language)s, %(ledger)s, %(graph_before)s)
on conflict do nothing

-- name: unmeasured
select erasure_id, user_id from erasures where graph_before is null and graph_after is null order by created_at limit 100

-- name: measure
update erasures set graph_before = %(before)s where erasure_id = %(erasure_id)s and graph_before is null

-- name: shown
select erasure_id, user_id, receipt, language, ledger, graph_before from erasures e
where graph_after is null and graph_before is not null and not exists (
  select from projections p
  where p.graph_id = 'user:' || e.user_id and p.part = 'facts' and p.done < p.wanted)
order by created_at limit 100

-- name: settle
update erasures set graph_after = %(after)s where erasure_id = %(erasure_id)s and graph_after is null

-- name: sweep
delete from erasures where created_at < now() - interval '7 days'

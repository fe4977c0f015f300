-- What the person has seen of a thread: everything up to this `seq`.
alter table conversations add column seen_seq bigint not null default 0;
update conversations set seen_seq = next_seq;

-- What is written in the web chat is edited by the id its browser gave it.
update inbox set native_id = payload->>'message_id'
where channel = 'web' and native_id = '' and replaces is null and payload->>'message_id' is not null;

-- The messages of a thread as they are shown. `pending`: a person's, whose turn is not over; of an answer, `answers` is
-- the message it answers, `failed` says that it came to nothing or was stopped (to answer again, and to stop that or to
-- give it up, leaves the answer that stands as it is), `good` what the person thinks of it as it is now.
create view thread_lines with (security_invoker = true) as
select m.message_id, m.conversation_id, m.user_id, m.seq, m.author, m.text, m.payload, m.created_at, m.revised_at,
  coalesce(m.payload->>'coach_name', '') as coach_name, m.coach_id,
  m.author = 'person' and exists (
    select from inbox i
    where i.conversation_id = m.conversation_id and i.state = 'new'
      and coalesce(i.payload->>'message_id', '') = m.message_id::text) as pending,
  asked.message_id as answers, coalesce(asked.failed, false) as failed,
  (select f.good from feedback f where f.message_id = m.message_id and f.author = m.user_id::text) as good
from messages m left join lateral (
  select (first.payload->>'message_id')::uuid as message_id,
    latest.state = 'dead' or coalesce(m.payload->>'stopped', '') = 'true' as failed
  from outbox o
  join inbox first on first.inbox_id =
    case when starts_with(o.idempotency_key, 'turn:') then split_part(o.idempotency_key, ':', 2)::uuid end
  cross join lateral (
    select i.state from inbox i
    where i.inbox_id = first.inbox_id or i.replaces = first.inbox_id
      and not (starts_with(i.dedupe_key, 'again:') and (i.state = 'dead' or i.cancelled))
    order by i.position desc limit 1) as latest
  where m.author = 'coach' and o.outbox_id = m.message_id
) as asked on true;
grant select on thread_lines to evermynd_app, evermynd_system;

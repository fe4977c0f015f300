-- name: listing
select conversation_id, external_id, title, created_at, updated_at from conversations
where channel = %(channel)s and user_id = %(user_id)s
  and (%(before)s::timestamptz is null or updated_at < %(before)s)
  and (%(search)s = '' or title ilike %(pattern)s or exists (
    select from messages where messages.conversation_id = conversations.conversation_id and text ilike %(pattern)s))
order by updated_at desc limit %(limit)s

-- name: find
select conversation_id, external_id, title, created_at, updated_at from conversations
where conversation_id = %(conversation_id)s

-- name: rename
update conversations set title = %(title)s, titled_by_person = true where conversation_id = %(conversation_id)s

-- name: delete
delete from conversations where conversation_id = %(conversation_id)s

-- name: changed
select pg_notify('web', json_build_object('c', %(conversation_id)s::text, 'm', %(message_id)s::text)::text)

-- name: redraw
select pg_notify('web', json_build_object('r', %(conversation_id)s::text, 'u', %(user_id)s::text)::text)

-- name: messages
select message_id, author, text, payload, created_at, revised_at, coach_name, coach_id, pending, answers, failed, good
from thread_lines where conversation_id = %(conversation_id)s order by seq

-- name: message
select message_id, author, text, payload, created_at, revised_at, coach_name, coach_id, pending, answers, failed, good
from thread_lines where message_id = %(message_id)s

-- name: said
select payload from inbox
where conversation_id = %(conversation_id)s and native_id = %(message_id)s::text
order by position limit 1

-- name: asked
select first.inbox_id as root, first.payload->>'message_id' as message_id, latest.inbox_id as latest, latest.state
from outbox o
join inbox first on first.inbox_id =
  case when starts_with(o.idempotency_key, 'turn:') then split_part(o.idempotency_key, ':', 2)::uuid end
cross join lateral (
  select i.inbox_id, i.state from inbox i
  where i.inbox_id = first.inbox_id or i.replaces = first.inbox_id order by i.position desc limit 1) as latest
where o.outbox_id = %(answer_id)s and o.conversation_id = %(conversation_id)s
  and (latest.state = 'new' or o.payload->>'feedback' = 'true' or exists (
    select from thread_lines shown where shown.message_id = o.outbox_id and shown.failed))

-- name: known
select coach_id from unnest(%(coach_ids)s::uuid[]) as wanted (coach_id)
where exists (
  select from conversations c
  where c.channel = %(channel)s and c.account = %(account)s
    and (c.external_id = %(group)s or starts_with(c.external_id, %(group)s || ':'))
    and (c.coach_id = wanted.coach_id or exists (
      select from messages m where m.conversation_id = c.conversation_id and m.coach_id = wanted.coach_id)))

-- name: again
insert into inbox (inbox_id, channel, account, dedupe_key, conversation_id, user_id, payload, replaces)
select %(inbox_id)s, channel, account, %(key)s, conversation_id, user_id,
  payload || jsonb_build_object('dedupe_key', %(key)s::text, 'edits', true), %(root)s
from inbox where inbox_id = %(latest)s and not exists (
  select from users where users.user_id = inbox.user_id and users.blocked_at is not null)
on conflict do nothing

-- name: see
update conversations set seen_seq = next_seq
where conversation_id = %(conversation_id)s and seen_seq < next_seq
  and exists (
    select from messages m
    where m.conversation_id = conversations.conversation_id and m.author = 'coach' and m.seq >= conversations.seen_seq)

-- name: unread
select external_id from conversations c
where user_id = %(user_id)s and channel = %(channel)s and exists (
  select from messages m where m.conversation_id = c.conversation_id and m.author = 'coach' and m.seq >= c.seen_seq)
order by updated_at desc limit 200

-- name: accept
with gone as (
  select from withdrawn
  where channel = %(channel)s and account = %(account)s and place = %(place)s and native_id = %(native_id)s
), place as (
  insert into conversations (conversation_id, channel, account, external_id, kind, user_id, coach_id, coach_bound, via,
    title, next_seq)
  values (
    %(conversation_id)s, %(channel)s, %(account)s,
    coalesce((select external_id from conversations where conversation_id = %(conversation_id)s), %(external_id)s),
    %(kind)s, %(user_id)s,
    coalesce(
      (select coach_id from installations where channel = %(channel)s and account = %(account)s),
      (select coach_id from conversations
       where %(kind)s = 'thread' and channel = %(channel)s and account = %(account)s
         and external_id = split_part(%(external_id)s, ':', 1)),
      (select coach_id from conversations where user_id = %(user_id)s and coach_id is not null order by updated_at desc limit 1),
      (select coach_id from coaches where guide)),
    exists (
      select from installations where channel = %(channel)s and account = %(account)s and coach_id is not null),
    %(via)s, case when exists (select from gone) then '' else %(title)s end, 2)
  on conflict (channel, account, external_id)
    do update set next_seq = conversations.next_seq + 1, updated_at = now(), blocked_at = null,
      coach_bound = excluded.coach_bound,
      coach_id = case when excluded.coach_bound then excluded.coach_id else conversations.coach_id end,
      via = excluded.via,
      title = case when conversations.title = '' then excluded.title else conversations.title end
    where conversations.user_id = excluded.user_id
  returning conversation_id, next_seq - 1 as seq
), pressed_twice as (
  select from inbox before, place
  where %(pressed)s and before.conversation_id = place.conversation_id and before.native_id = %(native_id)s
    and before.payload->'action' = %(payload)s::jsonb->'action'
    and before.payload->'fields' = %(payload)s::jsonb->'fields'
    and before.payload->'author'->'external_id' = %(payload)s::jsonb->'author'->'external_id'
    and not before.cancelled
    and (before.state = 'new'
      or before.native_id <> '' and before.received_at > clock_timestamp() - make_interval(secs => %(again)s))
), heard as (
  insert into inbox (inbox_id, channel, account, dedupe_key, conversation_id, user_id, payload, native_id, album,
    replaces, due_at)
  select %(inbox_id)s, %(channel)s, %(account)s, %(dedupe_key)s, conversation_id, %(user_id)s, %(payload)s,
    %(native_id)s, %(album)s, %(replaces)s, now() + make_interval(secs => %(gather)s)
  from place
  where not exists (select from gone) and not exists (select from pressed_twice)
    and (%(edits)s or %(native_id)s = '' or not exists (
    select from inbox later
    where later.conversation_id = place.conversation_id and later.native_id = %(native_id)s
      and later.payload->>'edits' = 'true'))
  on conflict do nothing
  returning inbox_id
), revived as (
  update outbox set state = 'pending', attempts = 0, due_at = now()
  where state = 'blocked' and outbox_id in (
    select outbox_id from outbox kept
    where kept.state = 'blocked' and kept.purpose <> 'proactive' and coalesce(kept.payload->>'via', '') !~ '^https?:'
      and kept.conversation_id in (
      select conversation_id from conversations
      where channel = %(channel)s and account = %(account)s and external_id = %(external_id)s
        and user_id = %(user_id)s and blocked_at is not null)
    order by kept.seq desc limit 5)
), lane as (
  insert into lanes (conversation_id) select conversation_id from place on conflict do nothing
), said as (
  insert into messages (message_id, conversation_id, user_id, seq, author, author_name, text, payload)
  select %(message_id)s, conversation_id, %(user_id)s, seq, 'person', %(author_name)s, %(text)s, %(shown)s
  from place where exists (select from heard)
  on conflict do nothing
)
select conversation_id, exists (select from heard) as fresh from place

-- name: home
select conversation_id from inbox where inbox_id = %(inbox_id)s

-- name: press
select pg_advisory_xact_lock(hashtextextended(%(conversation_id)s::uuid::text, 3))

-- name: cancel
update inbox set cancelled = true
where conversation_id = %(conversation_id)s and user_id = %(user_id)s and state = 'new'
  and (attempts > 0 or not %(begun)s)
returning inbox_id

-- name: pending
select inbox_id, payload->>'dedupe_key' as message_key from inbox
where conversation_id = %(conversation_id)s and state = 'new' order by position

-- name: original
select inbox.inbox_id, coalesce(inbox.replaces, inbox.inbox_id) as root, inbox.conversation_id, inbox.payload,
  inbox.state = 'new' and inbox.attempts = 0 as untouched, inbox.deleted_at is not null as deleted, first.inbox_id as first, first.payload as whole
from inbox join conversations using (conversation_id)
left join lateral (
  select each.inbox_id, each.payload from inbox each
  where each.conversation_id = inbox.conversation_id and each.album = inbox.album and inbox.album <> ''
    and each.attempts > 0
  order by each.position limit 1) as first on true
where conversations.channel = %(channel)s and conversations.account = %(account)s
  and conversations.external_id = %(external_id)s and inbox.user_id = %(user_id)s and inbox.native_id = %(native_id)s
  and inbox.payload->>'action' is null
order by inbox.position limit 1
for update of inbox

-- name: standing
select text from messages where message_id = %(message_id)s

-- name: reword
with waiting as (
  update inbox set payload = payload || jsonb_build_object('text', %(text)s::text)
  where inbox_id = %(inbox_id)s and state = 'new' and attempts = 0
), running as (
  update inbox set cancelled = true where inbox_id = %(inbox_id)s and state = 'new' and attempts > 0
), titled as (
  update conversations set title = %(title)s
  where conversation_id = %(conversation_id)s and %(untouched)s and title = %(old_title)s and title <> ''
    and not titled_by_person
)
update messages set text = %(text)s, revised_at = now() where message_id = %(message_id)s

-- name: gather
update inbox set due_at = now() + make_interval(secs => %(gather)s)
where conversation_id = %(conversation_id)s and album = %(album)s and state = 'new' and attempts = 0

-- name: find
select conversation_id from conversations
where channel = %(channel)s and account = %(account)s and external_id = %(external_id)s and user_id = %(user_id)s

-- name: takes_part
select exists (
  select from conversations
  where channel = %(channel)s and account = %(account)s and external_id = %(external_id)s
    and (%(native_id)s = '' or exists (
      select from inbox
      where inbox.conversation_id = conversations.conversation_id and inbox.native_id = %(native_id)s))) as found

-- name: shut_out
select 1 as shut_out from users where user_id = %(user_id)s and blocked_at is not null

-- name: token
select value from button_tokens where token = %(token)s and user_id = %(user_id)s

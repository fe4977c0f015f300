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

-- name: messages
select messages.message_id, author, messages.text, messages.payload, messages.created_at, messages.revised_at,
  coalesce(messages.payload->>'coach_name', '') as coach_name,
  author = 'person' and exists (
    select from inbox where inbox.conversation_id = messages.conversation_id and inbox.state = 'new'
      and coalesce(inbox.payload->>'message_id', '') = messages.message_id::text) as pending
from messages
where messages.conversation_id = %(conversation_id)s
order by seq

-- name: message
select messages.message_id, author, messages.text, messages.payload, messages.created_at, messages.revised_at,
  coalesce(messages.payload->>'coach_name', '') as coach_name, false as pending
from messages
where messages.message_id = %(message_id)s

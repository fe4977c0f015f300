-- name: said
select pg_notify('web', json_build_object(
  'c', %(conversation_id)s::text, 'm', %(message_id)s::text, 'u', user_id, 'p', purpose,
  'n', coalesce(sent_revision, 0) = 0)::text)
from (values (%(message_id)s::uuid)) as said (outbox_id) left join outbox using (outbox_id)

-- name: seen
select pg_notify('web', json_build_object('s', %(thread_id)s::text, 'u', %(user_id)s::text)::text)

-- name: place
select conversation_id from messages where message_id = %(message_id)s and author = 'coach'

-- name: coach
select coach_id from conversations where conversation_id = %(conversation_id)s

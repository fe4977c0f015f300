-- name: lease
update lanes set fence = fence + 1, owner = %(owner)s, leased_until = now() + make_interval(secs => %(seconds)s)
where conversation_id = %(conversation_id)s and leased_until < now()
returning fence

-- name: renew
with held as (
  update lanes set leased_until = now() + make_interval(secs => %(seconds)s)
  where conversation_id = %(conversation_id)s and fence = %(fence)s and leased_until > '-infinity'
  returning conversation_id
)
select exists (select from held) as held,
  exists (select from inbox where inbox_id = %(inbox_id)s and cancelled) as cancelled

-- name: release
update lanes set leased_until = '-infinity' where conversation_id = %(conversation_id)s and fence = %(fence)s

-- name: hold
select 1 as held from lanes where conversation_id = %(conversation_id)s and fence = %(fence)s for update

-- name: due
select distinct inbox.conversation_id, inbox.user_id
from inbox join lanes using (conversation_id)
where inbox.state = 'new' and inbox.due_at <= now() and lanes.leased_until < now()
  and inbox.received_at < now() - make_interval(secs => %(settled)s)
limit %(limit)s

-- name: take
update inbox set attempts = attempts + 1
where inbox_id = (
  select inbox_id from inbox
  where conversation_id = %(conversation_id)s and state = 'new' order by position limit 1)
  and due_at <= now()
returning inbox_id, payload, attempts, failures, cancelled, album, replaces,
  (select language from users where users.user_id = inbox.user_id) as language

-- name: collect
with taken as (
  update inbox set state = 'done', finished_at = now()
  where conversation_id = %(conversation_id)s and album = %(album)s and state = 'new' and inbox_id <> %(inbox_id)s
  returning position, payload
)
select payload from taken order by position

-- name: caption
select payload->>'text' as text from inbox
where conversation_id = %(conversation_id)s and album = %(album)s and inbox_id <> %(inbox_id)s
  and payload->>'text' <> ''
order by position limit 1

-- name: keep
update inbox set payload = %(payload)s where inbox_id = %(inbox_id)s and state = 'new' and deleted_at is null

-- name: reword
update messages set text = %(text)s, revised_at = now() where message_id = %(message_id)s

-- name: finish
update inbox set state = %(state)s, finished_at = now() where inbox_id = %(inbox_id)s and state = 'new'
returning inbox_id

-- name: postpone
update inbox set failures = failures + 1, due_at = now() + make_interval(secs => %(seconds)s)
where inbox_id = %(inbox_id)s and state = 'new'

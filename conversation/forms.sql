-- name: form
select payload from outbox where outbox_id = %(outbox_id)s and conversation_id = %(conversation_id)s

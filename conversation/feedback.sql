-- name: answer
select outbox.outbox_id as message_id, conversations.user_id
from outbox join conversations using (conversation_id)
where channel = %(channel)s and account = %(account)s
  and (external_id = %(place)s or starts_with(external_id, %(place)s || ':'))
  and exists (
    select from unnest(outbox.receipts) as receipt
    where receipt = %(native_id)s or starts_with(receipt, %(native_id)s || '~'))
limit 1

-- name: give
with giver as (
  select user_id, kind from users
  where user_id = coalesce(%(user_id)s::uuid, (select current_person())) and blocked_at is null
), answer as (
  select m.message_id, giver.user_id, giver.kind,
    (select coach_id from coaches where coaches.coach_id = m.coach_id) as coach_id,
    (select case when idempotency_key ~ '^turn:[0-9a-f-]{36}:' then split_part(idempotency_key, ':', 2)::uuid end
     from outbox where outbox_id = m.message_id) as question_id
  from messages m, giver where m.message_id = %(message_id)s and m.author = 'coach'
), elsewhere as (
  delete from feedback using answer
  where feedback.message_id = answer.message_id and feedback.user_id = answer.user_id and answer.kind = 'person'
    and feedback.author <> %(author)s
)
insert into feedback (message_id, author, user_id, coach_id, question_id, good)
select message_id, %(author)s, user_id, coach_id, question_id, %(good)s from answer
on conflict (message_id, author) do update set good = excluded.good, user_id = excluded.user_id,
  coach_id = excluded.coach_id, question_id = excluded.question_id, given_at = now()

-- name: take_back
delete from feedback where message_id = %(message_id)s
  and (author = %(author)s or user_id = (
    select user_id from users where user_id = coalesce(%(user_id)s::uuid, (select current_person())) and kind = 'person'))

-- name: voices
select message_id, good from feedback
where message_id = any(%(message_ids)s) and user_id = (select current_person())

-- name: figures
select coach_id, coalesce(sum(number) filter (where good), 0)::int as liked,
  coalesce(sum(number) filter (where not good), 0)::int as disliked
from opinions() group by coach_id

-- name: least_liked
select text, number::int as disliked
from opinions() as said join asked_questions using (question_id)
where said.coach_id = %(coach_id)s and not good
order by number desc, latest desc limit %(limit)s

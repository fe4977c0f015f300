-- name: followed
select c.coach_id, c.name, c.guide, c.coach_id is not distinct from (
    select coach_id from conversations where conversation_id = %(conversation_id)s) as here
from coaches c
where c.coach_id in (
  select coach_id from conversations where user_id = (select current_person())
  union select coach_id from questions where user_id = (select current_person()))

-- name: news
select d.title, c.name as coach_name, d.topics, count(*) over () as total
from documents d join coaches c using (coach_id)
where d.coach_id = any(%(coach_ids)s::uuid[]) and not c.guide and d.updated_at > %(since)s and d.updated_at <= %(now)s
order by d.updated_at desc, d.document_id limit %(limit)s

-- name: left_open
select q.text, c.coach_id, c.name as coach_name,
  coalesce(q.taught_at > %(since)s, false) as taught, q.asked_at > %(since)s as fresh
from questions q join coaches c using (coach_id)
where q.user_id = (select current_person()) and not q.covered and q.dismissed_at is null
  and (q.taught_at > %(since)s or q.taught_at is null and q.asked_at > %(since)s::timestamptz - %(reach)s::interval)
  and q.asked_at <= %(now)s
order by taught desc, q.asked_at desc limit %(limit)s

-- name: unanswered
select last.text from conversations cross join lateral (
  select author, text, created_at from messages
  where messages.conversation_id = conversations.conversation_id order by seq desc limit 1) as last
where conversations.user_id = (select current_person()) and last.author = 'person' and last.text like '%%?'
  and last.created_at > %(since)s and last.created_at < %(now)s::timestamptz - interval '10 minutes'
order by last.created_at desc limit 1

-- name: planned
select s.quote, f.recorded_at, f.recorded_at > %(since)s as fresh
from facts f join lateral (
  select quote from fact_supports where fact_supports.fact_id = f.fact_id order by message_id limit 1) as s on true
where f.user_id = (select current_person()) and f.valid_to is null and f.recorded_at <= %(now)s
  and f.predicate ~* '^(wants?|plans?|intends?|hopes?|aims?|goal|is (trying|planning|preparing|learning|training))\M'
order by f.recorded_at desc limit %(limit)s

-- name: to_try
select q.question, c.coach_id, c.name as coach_name
from documents d join coaches c using (coach_id), unnest(d.questions) with ordinality as q (question, place)
where c.coach_id = any(%(coach_ids)s::uuid[])
  and not exists (
    select from messages where messages.user_id = (select current_person()) and author = 'person'
      and lower(messages.text) = lower(q.question))
  and not exists (
    select from questions where questions.user_id = (select current_person()) and lower(questions.text) = lower(q.question))
order by c.coach_id is not distinct from %(here)s::uuid desc, c.guide, d.updated_at > %(since)s desc, q.place, d.updated_at desc, q.question
limit %(limit)s

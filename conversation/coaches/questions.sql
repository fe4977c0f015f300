-- name: unask
delete from questions
where question_id = (select coalesce(replaces, inbox_id) from inbox where inbox_id = %(inbox_id)s)

-- name: note
insert into questions (question_id, coach_id, user_id, conversation_id, text, covered)
select coalesce(replaces, inbox_id), %(coach_id)s, %(user_id)s, %(conversation_id)s, %(text)s, %(covered)s
from inbox where inbox_id = %(inbox_id)s
on conflict do nothing

-- name: figures
select c.coach_id, coalesce((select people from askers('-infinity', 'infinity') as a where a.coach_id = c.coach_id), 0) as people,
  count(q.question_id) as asked,
  count(*) filter (where q.asked_at > now() - interval '7 days') as this_week,
  count(*) filter (where not q.covered and q.taught_at is null and q.dismissed_at is null) as unanswered
from coaches c left join asked_questions q using (coach_id)
where c.creator_user_id = (select current_person())
group by c.coach_id

-- name: unanswered
select question_id, coach_id, text, asked_at from asked_questions
where coach_id = %(coach_id)s and not covered and taught_at is null and dismissed_at is null
order by asked_at desc, question_id limit %(limit)s

-- name: find
select question_id, coach_id, text, asked_at from asked_questions where question_id = %(question_id)s and text <> ''

-- name: settle
select settle_questions(%(question_ids)s::uuid[], %(taught)s)

-- name: by_day
select day::date, count(question_id) as asked, count(question_id) filter (where not covered) as uncovered
from generate_series((now() at time zone 'utc')::date - %(days)s::int + 1, (now() at time zone 'utc')::date, interval '1 day')
  as days (day)
left join asked_questions as q on q.coach_id = %(coach_id)s and (q.asked_at at time zone 'utc')::date = day::date
group by day order by day

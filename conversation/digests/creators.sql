-- name: asked
select c.coach_id, c.name, count(*) as questions, a.people, count(*) filter (where not q.covered) as uncovered
from coaches c join asked_questions q using (coach_id) join askers(%(since)s, %(now)s) as a using (coach_id)
where c.published and q.asked_at > %(since)s and q.asked_at <= %(now)s
group by c.coach_id, c.name, a.people
order by questions desc, lower(c.name) limit %(limit)s

-- name: unanswered
select text, coach_name from (
  select distinct on (lower(q.text)) q.text, c.name as coach_name, q.asked_at
  from coaches c join asked_questions q using (coach_id)
  where c.published and not q.covered and q.taught_at is null and q.dismissed_at is null
    and q.asked_at > %(since)s and q.asked_at <= %(now)s
  order by lower(q.text), q.asked_at desc) as latest
order by asked_at desc limit %(limit)s

-- name: unserved
select u.user_id, u.time_zone, place.conversation_id
from (
  select distinct c.creator_user_id as user_id from coaches c
  where c.published and exists (
    select from questions q where q.coach_id = c.coach_id and q.user_id <> c.creator_user_id)) as asked
join users u using (user_id) cross join lateral (
  select conversation_id from conversations
  where conversations.user_id = u.user_id and conversations.kind = 'direct' and blocked_at is null and not coach_bound
  order by updated_at desc limit 1) as place
where u.kind = 'person' and u.creator_digest
  and not exists (select from digests where digests.user_id = u.user_id and digests.kind = 'creator')
limit %(limit)s

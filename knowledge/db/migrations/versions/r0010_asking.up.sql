-- Who asked is nobody else's business: the table is its askers' own, and creators read it through what follows.
drop policy ask_own on questions;
drop policy settle_own on questions;
drop policy take_back_own on questions;
alter policy person on questions using (user_id = (select current_person()));
revoke update on questions from evermynd_app;

-- What people asked the coaches of who looks, under the rights of the view's owner: never who, nor in which chat. Words
-- are shown of what was not covered, and of what somebody else disliked the answer to. Creators do not count as people.
create index on feedback (question_id) where not good;
create view asked_questions with (security_barrier = true) as
select q.question_id, q.coach_id,
  case when not q.covered or exists (
    select from feedback f where f.question_id = q.question_id and not f.good and f.user_id <> c.creator_user_id)
  then q.text else '' end as text,
  q.covered, q.asked_at, q.taught_at, q.dismissed_at
from questions q join coaches c on c.coach_id = q.coach_id
where c.creator_user_id = (select current_person()) and q.user_id <> c.creator_user_id;
grant select on asked_questions to evermynd_app;

-- How many people asked each coach of who asks this, within a time; a group counts as one.
create function askers(since timestamptz, until timestamptz) returns table (coach_id uuid, people bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select q.coach_id, count(distinct q.user_id)
  from questions q join coaches c on c.coach_id = q.coach_id
  where c.creator_user_id = current_person() and q.user_id <> c.creator_user_id
    and q.asked_at > since and q.asked_at <= until
  group by q.coach_id
$$;

-- Note that questions to coaches of who does this were taught an answer, or need none; what was settled stays so.
create function settle_questions(chosen uuid[], taught boolean) returns void
language sql security definer set search_path = public, pg_temp as $$
  update questions q set
    taught_at = case when taught then coalesce(q.taught_at, now()) else q.taught_at end,
    dismissed_at = case when taught then q.dismissed_at else coalesce(q.dismissed_at, now()) end
  from coaches c
  where q.question_id = any(chosen) and c.coach_id = q.coach_id
    and c.creator_user_id = current_person() and q.user_id <> c.creator_user_id
$$;

revoke execute on function askers, settle_questions from public;
grant execute on function askers, settle_questions to evermynd_app;

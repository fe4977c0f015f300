-- A coach's picture, one emoji; "" shows the one that goes with its name.
alter table coaches add column avatar text not null default '' check (length(avatar) <= 16);

-- What people see of a coach before they talk with it, under the row-level security of who looks.
create view coach_cards with (security_invoker = true) as
select c.coach_id, c.name, c.description, c.persona, c.avatar, c.published, c.guide,
  coalesce(c.creator_user_id = current_person(), false) as own,
  (select count(*) from documents d where d.coach_id = c.coach_id) as documents,
  array(
    select t.topic from documents d, unnest(d.topics) with ordinality as t (topic, place)
    where d.coach_id = c.coach_id group by t.topic order by min(t.place), min(d.created_at), t.topic limit 5) as topics,
  array(
    select q.question from documents d, unnest(d.questions) with ordinality as q (question, place)
    where d.coach_id = c.coach_id group by q.question order by min(q.place), min(d.created_at), q.question limit 3)
    as questions
from coaches c;
grant select on coach_cards to evermynd_app, evermynd_system;

-- What people asked a coach, and whether its sources covered it; its creator's own tests are not kept. The creator sees
-- the text of what was not covered, never who asked.
create table questions (
  question_id uuid primary key,
  coach_id uuid not null references coaches on delete cascade,
  user_id uuid not null references users on delete cascade,
  conversation_id uuid not null references conversations on delete cascade,
  text text not null,
  covered boolean not null,
  asked_at timestamptz not null default now(),
  taught_at timestamptz,
  dismissed_at timestamptz
);
create index on questions (coach_id, asked_at desc);
create index on questions (user_id);
create index on questions (conversation_id);
call protect('questions',
  'user_id = (select current_person()) or coach_id in '
  '(select c.coach_id from coaches c where c.creator_user_id = (select current_person()))');
create policy ask_own on questions as restrictive for insert to evermynd_app
  with check (user_id = (select current_person()));
create policy settle_own on questions as restrictive for update to evermynd_app
  using (coach_id in (select c.coach_id from coaches c where c.creator_user_id = (select current_person())));
create policy take_back_own on questions as restrictive for delete to evermynd_app
  using (user_id = (select current_person()));
grant select, insert, delete, update (taught_at, dismissed_at) on questions to evermynd_app;
grant select, insert, update, delete on questions to evermynd_system;

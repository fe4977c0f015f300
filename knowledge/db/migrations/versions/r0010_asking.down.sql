drop function askers, settle_questions;
drop view asked_questions;
drop index feedback_question_id_idx;

grant update (taught_at, dismissed_at) on questions to evermynd_app;
alter policy person on questions using (
  user_id = (select current_person()) or coach_id in
  (select c.coach_id from coaches c where c.creator_user_id = (select current_person())));
create policy ask_own on questions as restrictive for insert to evermynd_app
  with check (user_id = (select current_person()));
create policy settle_own on questions as restrictive for update to evermynd_app
  using (coach_id in (select c.coach_id from coaches c where c.creator_user_id = (select current_person())));
create policy take_back_own on questions as restrictive for delete to evermynd_app
  using (user_id = (select current_person()));

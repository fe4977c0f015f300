revoke delete on inbox, button_tokens from evermynd_app;
drop function follow, hand_back, hand_over;
drop view owned;
revoke insert, update, delete on facts, fact_supports from evermynd_system;
revoke update on model_usage from evermynd_system;
drop table erasures, joins, doors;
delete from one_time_codes where purpose = 'link';
alter table one_time_codes drop constraint one_time_codes_purpose_check;
alter table one_time_codes add constraint one_time_codes_purpose_check
  check (purpose in ('reset', 'invitation', 'confirmation'));

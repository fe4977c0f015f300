drop table questions;
drop view coach_cards;
alter table coaches drop column avatar;

drop table feedback, oauth_states, installations;
alter table users drop column blocked_at;
alter table conversations drop column via, drop column coach_bound;

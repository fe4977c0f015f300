drop trigger forget_opinions on messages;
drop function forget_opinions, opinions;
drop table feedback, oauth_states, installations, withdrawn;
alter table users drop column blocked_at;
-- Whoever starts the hub puts this trigger in place again.
drop trigger if exists forget_checkpoints on inbox;
alter table inbox drop column deleted_at;
drop index inbox_replaces_idx;
alter table messages drop column coach_id;
alter table conversations drop column via, drop column coach_bound;

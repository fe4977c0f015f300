drop function take_calls(text[], double precision[], double precision[], double precision);
drop table leases, rate_buckets, button_tokens;
revoke delete on outbox from evermynd_app;
update outbox set state = 'pending' where state = 'open';
alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check
  check (state in ('pending', 'sending', 'sent', 'uncertain', 'blocked', 'dead'));
alter table messages drop column author_name;
alter table inbox drop column native_id, drop column album, drop column replaces;
alter table conversations drop column fresh_from;
delete from users where kind = 'group';
alter table users drop column kind, drop column language_chosen, drop column zone_known;

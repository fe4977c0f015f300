drop table model_usage, coaches, throttles, one_time_codes, web_sessions, web_accounts, identities, users;
drop procedure protect;
drop function current_person, refuse_self_made_admin;
-- The roles stay: other databases of the same server may use them.

-- name: lock_first
select pg_advisory_xact_lock(hashtextextended('evermynd: the first account', 2))

-- name: any_account
select exists (select from web_accounts) as found

-- name: account
select user_id, password_hash from web_accounts where email = %(email)s

-- name: add_person
insert into users (user_id, display_name, roles) values (%(user_id)s, %(display_name)s, %(roles)s)
returning user_id, display_name, roles, guest, time_zone, language

-- name: keep_guest
update users set guest = false, display_name = %(display_name)s, last_active_at = now(),
  roles = array(select role from unnest(roles || %(roles)s::text[]) as role group by role order by role)
 where user_id = %(guest_user_id)s and kind = 'person'
   and not exists (select from web_accounts a where a.user_id = users.user_id)
returning user_id, display_name, roles, guest, time_zone, language

-- name: person
select user_id, display_name, roles, guest, time_zone, language,
  exists (select from web_accounts a where a.user_id = users.user_id) as account
  from users where user_id = %(user_id)s

-- name: add_account
insert into web_accounts (user_id, email, password_hash) values (%(user_id)s, %(email)s, %(password_hash)s)
on conflict (email) do nothing

-- name: let_in
update users set roles = '{consumer}' where user_id = %(user_id)s and roles = '{}'

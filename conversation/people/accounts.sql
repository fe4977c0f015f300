-- name: account
select a.user_id, a.email, a.password_hash, u.display_name, u.roles, u.guest, u.time_zone, u.language,
       u.blocked_at is not null as blocked
  from web_accounts a join users u using (user_id)
 where a.email = %(email)s

-- name: account_of
select user_id, email, password_hash from web_accounts where user_id = %(user_id)s

-- name: change_password
update web_accounts set password_hash = %(password_hash)s, changed_at = now() where user_id = %(user_id)s

-- name: rehash
update web_accounts set password_hash = %(password_hash)s
 where user_id = %(user_id)s and password_hash = %(old)s

-- name: change_profile
update users set display_name = %(display_name)s, time_zone = %(time_zone)s,
  zone_known = zone_known or time_zone <> %(time_zone)s
where user_id = %(user_id)s

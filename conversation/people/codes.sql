-- name: issue
insert into one_time_codes (code_hash, purpose, user_id, payload, expires_at)
values (%(code_hash)s, %(purpose)s, %(user_id)s, %(payload)s, now() + %(lifetime)s::interval)

-- name: look
select user_id, payload from one_time_codes
 where code_hash = %(code_hash)s and purpose = %(purpose)s and used_at is null and expires_at > now()

-- name: redeem
update one_time_codes set used_at = now()
 where code_hash = %(code_hash)s and purpose = %(purpose)s and used_at is null and expires_at > now()
returning user_id, payload

-- name: withdraw
update one_time_codes set used_at = now()
 where user_id = %(user_id)s and purpose = %(purpose)s and used_at is null

-- name: profile
select user_id, display_name, roles, guest, language, language_chosen, time_zone, zone_known, quiet_from, quiet_until,
  created_at
from users where user_id = %(user_id)s

-- name: choose_language
update users set language = %(language)s, language_chosen = true where user_id = %(user_id)s

-- name: guess_language
update users set language = %(language)s where user_id = %(user_id)s and not language_chosen

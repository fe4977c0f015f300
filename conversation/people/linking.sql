-- name: issue
insert into one_time_codes (code_hash, purpose, user_id, payload, expires_at)
values (%(code_hash)s, 'link', %(user_id)s, %(payload)s, now() + %(lifetime)s::interval)

-- name: code
select c.user_id, c.payload, c.used_at is not null as used, c.expires_at <= now() as expired, u.kind
from one_time_codes c join users u using (user_id)
where c.code_hash = %(code_hash)s and c.purpose = 'link'

-- name: redeem
update one_time_codes set used_at = now()
where code_hash = %(code_hash)s and purpose = 'link' and used_at is null and expires_at > now()
returning user_id

-- name: person
select user_id, kind, display_name, language, exists (select from web_accounts a where a.user_id = u.user_id) as account
from users u where user_id = %(user_id)s

-- name: ask
insert into joins (join_id, user_id, other_user_id, asked_in, entered_in, here, there)
values (%(join_id)s, %(user_id)s, %(other_user_id)s, %(asked_in)s, %(entered_in)s, %(here)s, %(there)s)

-- name: join
select join_id, user_id, other_user_id, asked_in, entered_in, here, there, state, record, created_at, decided_at,
  created_at < now() - %(patience)s::interval as late,
  state = 'joined' and decided_at > now() - %(undo)s::interval as undoable
from joins where join_id = %(join_id)s

-- name: hold
select from joins where join_id = %(join_id)s for update

-- name: open
select join_id from joins
where user_id = %(user_id)s and state = 'asked' and created_at > now() - %(patience)s::interval
order by created_at

-- name: undoable
select join_id from joins
where user_id = %(user_id)s and state = 'joined' and decided_at > now() - %(undo)s::interval
order by decided_at desc

-- name: refuse
update joins set state = 'refused', decided_at = now() where join_id = %(join_id)s

-- name: remembered
select coalesce(array_agg(distinct user_id), '{}') as people from facts
where user_id = any(%(people)s) and valid_to is null

-- name: latest_conversation
select conversation_id from conversations
where user_id = %(user_id)s and kind = 'direct' and blocked_at is null and not coach_bound
order by channel = 'web' desc, updated_at desc limit 1

-- name: identities
select channel, account, external_id, display_name, created_at from identities
where user_id = %(user_id)s and channel <> 'web'
order by created_at, channel, account, external_id

-- name: web
select coalesce((select email from web_accounts a where a.user_id = u.user_id), '') as email,
  coalesce(
    (select created_at from web_accounts a where a.user_id = u.user_id),
    (select min(created_at) from web_sessions s where s.user_id = u.user_id),
    (select min(created_at) from conversations c where c.user_id = u.user_id and c.channel = 'web')) as since
from users u where user_id = %(user_id)s

-- name: sweep
delete from joins where coalesce(decided_at, created_at) <= now() - %(undo)s::interval

-- name: say_to
select u.language, coalesce(c.name, '') as coach_name
from conversations join users u using (user_id) left join coaches c using (coach_id)
where conversation_id = %(conversation_id)s

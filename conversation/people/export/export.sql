-- name: profile
select u.user_id, u.display_name, u.roles, u.guest, u.language, u.time_zone, u.quiet_from, u.quiet_until, u.created_at,
  u.last_active_at, (select email from web_accounts a where a.user_id = u.user_id) as email
from users u where user_id = %(user_id)s

-- name: places
select channel, account, external_id, display_name, created_at from identities
where user_id = %(user_id)s order by created_at

-- name: sessions
select device, created_at, seen_at, expires_at from web_sessions where user_id = %(user_id)s order by created_at

-- name: usage
select day, requests, input_tokens, output_tokens from model_usage where user_id = %(user_id)s order by day

-- name: digests
select d.kind, d.days, d.minute, d.next_at, d.planned_zone, c.channel
from digests d join conversations c using (conversation_id) where d.user_id = %(user_id)s order by d.created_at

-- name: questions
select q.text, q.covered, q.asked_at, c.name as coach
from questions q left join coaches c using (coach_id) where q.user_id = %(user_id)s order by q.asked_at

-- name: feedback
select case when f.good then 'liked' else 'disliked' end as opinion, f.given_at, m.text as answer
from feedback f left join messages m using (message_id) where f.user_id = %(user_id)s order by f.given_at

-- name: memory
select f.predicate, f.object, f.valid_from, f.valid_to, f.recorded_at,
  coalesce((select jsonb_agg(s.quote order by s.message_id) from fact_supports s where s.fact_id = f.fact_id), '[]') as quotes
from facts f where f.user_id = %(user_id)s order by f.recorded_at, f.fact_id

-- name: threads
select c.conversation_id, c.channel, c.title, c.created_at, c.updated_at, coaches.name as coach
from conversations c left join coaches using (coach_id) where c.user_id = %(user_id)s order by c.created_at

-- name: messages
select author, text, created_at, revised_at, coalesce(payload->>'coach_name', '') as coach,
  coalesce((
    select jsonb_agg(jsonb_build_object('number', c->'number', 'title', c->'title', 'place', c->'place', 'quote', c->'quote'))
    from jsonb_array_elements(payload->'citations') as c), '[]') as citations,
  coalesce((
    select jsonb_agg(f->>'name') from jsonb_array_elements(payload->'files') as f), '[]') as files
from messages where conversation_id = %(conversation_id)s order by seq

-- name: coaches
select coach_id, name, description, persona, avatar, published, created_at from coaches
where creator_user_id = %(user_id)s order by created_at

-- name: documents
select d.document_id, c.name as coach, d.origin, d.name, d.title, d.media_type, d.version, d.page_count,
  d.character_count, d.created_at, d.updated_at
from documents d join coaches c using (coach_id) where c.creator_user_id = %(user_id)s order by c.created_at, d.created_at

-- name: text
select label, text from pages where document_id = %(document_id)s order by number

-- name: originals
select file_id, name, media_type, size, created_at from files
where user_id = %(user_id)s and name not like %(exports)s order by created_at

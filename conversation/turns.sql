-- name: context
select u.user_id, u.display_name, u.roles, u.guest, u.language, u.time_zone, u.zone_known, u.kind = 'group' as group_chat,
  conversations.kind,
  c.coach_id, c.name as coach_name, c.description, c.persona, c.avatar, c.guide, c.published, conversations.coach_bound,
  c.creator_user_id is not distinct from u.user_id as own,
  coalesce(conversations.coach_id <> c.coach_id, false) as withdrawn,
  (select count(*) from documents where documents.coach_id = c.coach_id) as documents,
  (select coalesce(array_agg(topic), '{}') from (
     select unnest(topics) as topic from documents where documents.coach_id = c.coach_id limit 6) as first) as topics,
  (select coalesce(jsonb_agg(jsonb_build_object('author', author, 'author_name', author_name, 'text', text, 'about', payload->>'about')
     order by seq), '[]')
   from (select author, author_name, text, payload, seq from messages m
         where m.conversation_id = conversations.conversation_id
           and not m.payload ? 'unsaid'
           and m.seq >= conversations.fresh_from and m.seq < (select seq from messages mine where mine.message_id = %(message_id)s)
         order by m.seq desc limit 12) as latest) as history,
  (select jsonb_build_object('text', m.text, 'about', coalesce(nullif(m.payload->>'about', ''),
       case when o.purpose = 'proactive' then left(m.text, 200) end))
   from conversations around
   join outbox o on o.conversation_id = around.conversation_id
   join messages m on m.message_id = o.outbox_id and not m.payload ? 'unsaid'
   where around.channel = conversations.channel and around.account = conversations.account
     and around.external_id = split_part(conversations.external_id, ':', 1)
     and around.conversation_id <> conversations.conversation_id and around.user_id = conversations.user_id
     and conversations.fresh_from = 0 and split_part(conversations.external_id, ':', 2) = any(o.receipts)
   limit 1) as begun_below,
  coalesce((select case when m.payload ? 'unsaid' then '' else m.payload->>'expects' end from messages m
    where m.conversation_id = conversations.conversation_id
      and m.seq >= conversations.fresh_from and m.seq < (select seq from messages mine where mine.message_id = %(message_id)s)
    order by m.seq desc limit 1), '') as expects,
  (select coalesce(jsonb_agg(jsonb_build_object('fact_id', fact_id, 'predicate', predicate, 'object', object)
     order by recorded_at), '[]')
   from facts where facts.user_id = u.user_id and valid_to is null
     and (not conversations.coach_bound or exists (
       select from fact_supports s join messages m using (message_id)
       join conversations told on told.conversation_id = m.conversation_id
       where s.fact_id = facts.fact_id and told.channel = conversations.channel
         and told.account = conversations.account))) as memory,
  coalesce((select input_tokens + output_tokens from model_usage
    where model_usage.user_id = u.user_id and day = (now() at time zone 'utc')::date), 0) as tokens_today
from conversations
join users u on u.user_id = %(user_id)s
join coaches c on c.coach_id = coalesce(
  (select coach_id from coaches where coaches.coach_id = conversations.coach_id),
  (select coach_id from coaches where guide))
where conversations.conversation_id = %(conversation_id)s

-- name: notify
select pg_notify('turn', %(turn)s), pg_notify('outbox', '')

-- name: message
select payload from inbox
where inbox_id = %(inbox_id)s and conversation_id = %(conversation_id)s and deleted_at is null

-- name: taken_back
update inbox set deleted_at = deleted_at where inbox_id = %(inbox_id)s and deleted_at is not null returning inbox_id

-- name: dead
select 1 as dead from inbox where inbox_id = %(inbox_id)s and state = 'dead'

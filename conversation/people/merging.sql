-- name: lock_lanes
with held as (
  select conversation_id from lanes
  where conversation_id in (select conversation_id from conversations where user_id = %(user_id)s)
  order by conversation_id for update
)
update lanes set fence = fence + 1, owner = '', leased_until = '-infinity'
from held where lanes.conversation_id = held.conversation_id

-- name: lock_conversations
select from conversations where user_id = any(%(people)s) order by conversation_id for update

-- name: people
select user_id, guest, exists (select from web_accounts a where a.user_id = users.user_id) as account
from users where user_id = any(%(people)s)

-- name: lock_people
select user_id, kind, guest, to_jsonb(users) as content,
  exists (select from web_accounts a where a.user_id = users.user_id) as account
from users where user_id = any(%(people)s) order by user_id for update

-- name: lanes_of
with held as (
  select conversation_id from lanes
  where conversation_id in (select (key->>0)::uuid from jsonb_array_elements(%(keys)s::jsonb) as key)
  order by conversation_id for update
)
update lanes set fence = fence + 1, owner = '', leased_until = '-infinity'
from held where lanes.conversation_id = held.conversation_id

-- name: settle
update joins set user_id = %(keeper)s, other_user_id = null, state = 'joined', decided_at = now()
where join_id = %(join_id)s

-- name: record
update joins set record = %(record)s where join_id = %(join_id)s

-- name: unite
update users keeper set
  roles = array(select role from unnest(keeper.roles || gone.roles) as role group by role order by role),
  guest = keeper.guest and gone.guest,
  blocked_at = coalesce(keeper.blocked_at, gone.blocked_at),
  display_name = case when keeper.display_name = '' then gone.display_name else keeper.display_name end,
  language = case when gone.language_chosen and not keeper.language_chosen then gone.language else keeper.language end,
  language_chosen = keeper.language_chosen or gone.language_chosen,
  time_zone = case when gone.zone_known and not keeper.zone_known then gone.time_zone else keeper.time_zone end,
  zone_known = keeper.zone_known or gone.zone_known
from users gone
where keeper.user_id = %(keeper)s and gone.user_id = %(gone)s
returning to_jsonb(keeper) as content

-- name: rename_coaches
with mine as (
  select coach_id, name from coaches c
  where creator_user_id = %(gone)s and exists (
    select from coaches other where other.creator_user_id = %(keeper)s and lower(other.name) = lower(c.name))
), free as (
  select mine.coach_id, mine.name as before, (
    select candidate from (
      select left(mine.name, 74) || ' ' || number as candidate, number from generate_series(2, 999) as number) as names
    where not exists (
      select from coaches taken
      where taken.creator_user_id in (%(gone)s, %(keeper)s) and lower(taken.name) = lower(candidate))
    order by number limit 1) as after
  from mine
)
update coaches set name = free.after from free where coaches.coach_id = free.coach_id
returning coaches.coach_id, free.before, free.after

-- name: name_back
update coaches set name = %(before)s where coach_id = %(coach_id)s and name = %(after)s

-- name: add_usage
update model_usage keeper set requests = keeper.requests + gone.requests,
  input_tokens = keeper.input_tokens + gone.input_tokens, output_tokens = keeper.output_tokens + gone.output_tokens
from model_usage gone
where keeper.user_id = %(keeper)s and gone.user_id = %(gone)s and keeper.day = gone.day

-- name: take_usage
update model_usage keeper set requests = greatest(keeper.requests - gone.requests, 0),
  input_tokens = greatest(keeper.input_tokens - gone.input_tokens, 0),
  output_tokens = greatest(keeper.output_tokens - gone.output_tokens, 0)
from jsonb_populate_recordset(null::model_usage, %(rows)s::jsonb) as gone
where keeper.user_id = %(keeper)s and keeper.day = gone.day

-- name: same_facts
update facts twin set valid_to = now(), ended_by = kept.fact_id
from facts kept
where kept.user_id = %(keeper)s and twin.user_id = %(gone)s and kept.valid_to is null and twin.valid_to is null
  and lower(kept.predicate) = lower(twin.predicate) and lower(kept.object) = lower(twin.object)
returning twin.fact_id, twin.ended_by

-- name: older_facts
with standing as (
  select fact_id, row_number() over w as place, first_value(fact_id) over w as newest
  from facts
  where user_id in (%(keeper)s, %(gone)s) and valid_to is null and predicate = any(%(single_valued)s)
  window w as (partition by predicate order by recorded_at desc, fact_id)
)
update facts set valid_to = now(), ended_by = standing.newest
from standing where facts.fact_id = standing.fact_id and standing.place > 1
returning facts.fact_id, facts.ended_by

-- name: drop_facts
with supports as (
  select fact_id, jsonb_agg(to_jsonb(s)) as rows from fact_supports s where user_id = %(user_id)s group by fact_id
), dropped as (
  delete from facts where user_id = %(user_id)s returning *
)
select to_jsonb(dropped) as fact, coalesce(supports.rows, '[]') as supports
from dropped left join supports using (fact_id)

-- name: revive_facts
update facts set valid_to = null, ended_by = null
from jsonb_to_recordset(%(rows)s::jsonb) as ended(fact_id uuid, ended_by uuid)
where facts.fact_id = ended.fact_id and facts.ended_by = ended.ended_by

-- name: return_facts
insert into facts select * from jsonb_populate_recordset(null::facts, %(rows)s::jsonb) on conflict do nothing

-- name: return_supports
insert into fact_supports select * from jsonb_populate_recordset(null::fact_supports, %(rows)s::jsonb)
on conflict do nothing

-- name: hand_over
select hand_over(%(gone)s, %(keeper)s) as record

-- name: hand_back
select hand_back(%(keeper)s, %(gone)s, %(record)s)

-- name: documents_follow
with opinions as (
  update feedback set user_id = %(gone)s
  where user_id = %(keeper)s and message_id in (select message_id from messages where user_id = %(gone)s)
), lessons as (
  update ingestions set user_id = %(gone)s
  where user_id = %(keeper)s and coach_id in (select coach_id from coaches where creator_user_id = %(gone)s)
)
update documents set user_id = %(gone)s
where user_id = %(keeper)s and coach_id in (select coach_id from coaches where creator_user_id = %(gone)s)

-- name: remove
delete from users where user_id = %(gone)s

-- name: bring_back
insert into users
select gone.*
from users keeper, jsonb_populate_record(null::users, %(after)s::jsonb) as after,
  jsonb_populate_record(null::users, %(content)s::jsonb || case
    when keeper.blocked_at is distinct from after.blocked_at then jsonb_build_object('blocked_at', keeper.blocked_at)
    else '{}' end) as gone
where keeper.user_id = %(keeper)s
on conflict do nothing
returning user_id

-- name: separate
update users set
  roles = case when to_jsonb(users.roles) = after.roles then before.roles else users.roles end,
  guest = case when users.guest = after.guest then before.guest else users.guest end,
  blocked_at = case when users.blocked_at is not distinct from after.blocked_at then before.blocked_at
    else users.blocked_at end,
  display_name = case when users.display_name = after.display_name then before.display_name else users.display_name end,
  language = case when users.language = after.language then before.language else users.language end,
  language_chosen = case when users.language_chosen = after.language_chosen then before.language_chosen
    else users.language_chosen end,
  time_zone = case when users.time_zone = after.time_zone then before.time_zone else users.time_zone end,
  zone_known = case when users.zone_known = after.zone_known then before.zone_known else users.zone_known end
from jsonb_to_record(%(after)s::jsonb) as after(roles jsonb, guest boolean, display_name text, language text,
    language_chosen boolean, time_zone text, zone_known boolean, blocked_at timestamptz),
  jsonb_populate_record(null::users, %(before)s::jsonb) as before
where users.user_id = %(keeper)s

-- name: joined
select join_id, user_id, record, state = 'joined' and decided_at > now() - %(undo)s::interval as undoable
from joins where join_id = %(join_id)s for update

-- name: undone
update joins set state = 'undone', other_user_id = %(gone)s, record = '{}', decided_at = now()
where join_id = %(join_id)s

-- name: project
insert into projections (graph_id, part)
select 'user:' || user_id, 'facts' from unnest(%(people)s::uuid[]) as user_id order by user_id
on conflict (graph_id, part) do update set wanted = projections.wanted + 1, changed_at = now()

-- name: notify
select pg_notify('projection', ''), pg_notify('outbox', '')

-- name: scrub
update joins set record = jsonb_set(record, '{dropped}', coalesce((
  select jsonb_agg(each) from jsonb_array_elements(record->'dropped') as each
  where not (each->'fact'->>'predicate' = any(%(predicates)s) and lower(each->'fact'->>'object') = any(%(objects)s))), '[]'))
where user_id = %(user_id)s and state = 'joined' and record ? 'dropped'

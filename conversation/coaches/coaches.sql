-- name: visible
select * from coach_cards order by guide desc, own desc, lower(name), coach_id

-- name: page
select *, count(*) over () as total from coach_cards
order by guide desc, own desc, lower(name), coach_id limit %(limit)s offset %(offset)s

-- name: own
select * from coach_cards where own order by lower(name), coach_id

-- name: find
select * from coach_cards where coach_id = %(coach_id)s

-- name: named
select * from coach_cards where lower(name) = lower(%(name)s)
order by own desc, guide desc, published desc, coach_id

-- name: beginning
select * from coach_cards where position(lower(name) in lower(%(words)s)) > 0
order by length(name) desc, guide desc, coach_id

-- name: latest
select * from coach_cards where coach_id = (
  select coach_id from conversations where user_id = %(user_id)s and coach_id is not null
  order by updated_at desc limit 1)

-- name: create
insert into coaches (coach_id, creator_user_id, name, description, persona)
values (%(coach_id)s, %(user_id)s, %(name)s, %(description)s, %(persona)s)
on conflict do nothing

-- name: switch
update conversations set coach_id = %(coach_id)s where conversation_id = %(conversation_id)s and not coach_bound

-- name: said_by
update messages set coach_id = %(coach_id)s
where message_id = any(%(message_ids)s) and author = 'coach' and coach_id is distinct from %(coach_id)s

-- name: publish
update coaches set published = %(published)s, updated_at = now() where coach_id = %(coach_id)s

-- name: describe
update coaches set
  name = coalesce(%(name)s, name), description = coalesce(%(description)s, description),
  persona = coalesce(%(persona)s, persona), avatar = coalesce(%(avatar)s, avatar), updated_at = now()
where coach_id = %(coach_id)s

-- name: delete
with own as (
  select coach_id from coaches
  where coach_id = %(coach_id)s and creator_user_id = (select current_person()) and not guide
), unlearned as (
  update projections set wanted = wanted + 1, changed_at = now()
  where graph_id in (select 'coach:' || coach_id from own)
)
delete from coaches where coach_id in (select coach_id from own)

-- name: begin_anew
update conversations set fresh_from = coalesce(
  (select seq + 1 from messages where message_id = %(message_id)s), next_seq)
where conversation_id = %(conversation_id)s

-- name: guide
insert into coaches (coach_id, name, description, persona, avatar, published, guide)
values (%(coach_id)s, %(name)s, %(description)s, %(persona)s, %(avatar)s, true, true)
on conflict (coach_id) do update set name = excluded.name, description = excluded.description,
  persona = excluded.persona, avatar = excluded.avatar, published = true

-- name: visible
select coach_id, name, description, persona, published, guide,
  creator_user_id is not distinct from current_person() as own,
  (select count(*) from documents where documents.coach_id = coaches.coach_id) as documents
from coaches
order by guide desc, own desc, lower(name)

-- name: find
select coach_id, name, description, persona, published, guide,
  creator_user_id is not distinct from current_person() as own,
  (select count(*) from documents where documents.coach_id = coaches.coach_id) as documents
from coaches where coach_id = %(coach_id)s

-- name: named
select coach_id, name, description, persona, published, guide,
  creator_user_id is not distinct from current_person() as own,
  (select count(*) from documents where documents.coach_id = coaches.coach_id) as documents
from coaches where lower(name) = lower(%(name)s)
order by own desc, guide desc, published desc limit 1

-- name: latest
select coach_id, name, description, persona, published, guide,
  creator_user_id is not distinct from current_person() as own,
  (select count(*) from documents where documents.coach_id = coaches.coach_id) as documents
from coaches where coach_id = (
  select coach_id from conversations where user_id = %(user_id)s and coach_id is not null
  order by updated_at desc limit 1)

-- name: create
insert into coaches (coach_id, creator_user_id, name, description, persona)
values (%(coach_id)s, %(user_id)s, %(name)s, %(description)s, %(persona)s)
on conflict do nothing

-- name: switch
update conversations set coach_id = %(coach_id)s where conversation_id = %(conversation_id)s

-- name: publish
update coaches set published = %(published)s, updated_at = now() where coach_id = %(coach_id)s

-- name: guide
insert into coaches (coach_id, name, description, persona, published, guide)
values (%(coach_id)s, %(name)s, %(description)s, %(persona)s, true, true)
on conflict (coach_id) do update set
  name = excluded.name, description = excluded.description, persona = excluded.persona, published = true

-- name: claim
with free as (
  select p.graph_id, p.part from projections p
  where p.done < p.wanted and p.leased_until <= now()
    and not exists (select from projections o where o.graph_id = p.graph_id and o.claim is not null and o.leased_until > now())
  order by p.changed_at, p.graph_id, p.part
  limit 1
  for update of p skip locked
)
update projections p set claim = %(claim)s, leased_until = now() + %(seconds)s * interval '1 second'
from free where p.graph_id = free.graph_id and p.part = free.part
returning p.graph_id, p.part, p.wanted;

-- name: pending
select graph_id, part, wanted from projections
where done < wanted
order by changed_at, graph_id, part
limit %(limit)s;

-- name: finish
update projections set done = %(wanted)s, claim = null, leased_until = '-infinity'
where graph_id = %(graph_id)s and part = %(part)s and claim = %(claim)s;

-- name: forget
delete from projections
where graph_id = %(graph_id)s and part = %(part)s and claim = %(claim)s and wanted = %(wanted)s;

-- name: want_again
insert into projections (graph_id, part) values (%(graph_id)s, %(part)s)
on conflict (graph_id, part) do update set wanted = projections.wanted + 1, changed_at = now();

-- name: release
update projections set claim = null, leased_until = now() + %(seconds)s * interval '1 second'
where graph_id = %(graph_id)s and part = %(part)s and claim = %(claim)s;

-- name: want_orphans
update projections p set wanted = p.wanted + 1, changed_at = now()
where p.done >= p.wanted and not exists (
  select from documents d
  where p.graph_id = 'coach:' || d.coach_id and p.part = 'document:' || d.document_id
) and not exists (
  select from facts f where p.part = 'facts' and p.graph_id = 'user:' || f.user_id
);

-- name: want_all
insert into projections (graph_id, part)
select graph_id, part from (
  select 'coach:' || coach_id as graph_id, 'document:' || document_id as part from documents
  union select 'user:' || user_id, 'facts' from facts
  union select graph_id, part from projections
) as parts
where %(graph_id)s::text is null or graph_id = %(graph_id)s
on conflict (graph_id, part) do update set wanted = projections.wanted + 1, changed_at = now();

-- name: document
select document_id::text, title, version from documents
where document_id = %(document_id)s and coach_id = %(coach_id)s;

-- name: chunks
select chunk_id::text, ordinal from chunks where document_id = %(document_id)s order by ordinal;

-- name: mentions
select chunk_id::text, entity_key as key, name, kind from mentions
where document_id = %(document_id)s
order by entity_key, chunk_id;

-- name: facts
select f.fact_id::text, f.subject, f.predicate, f.object, f.valid_from, f.valid_to, f.recorded_at,
  coalesce(array_agg(s.message_id::text order by s.message_id) filter (where s.message_id is not null), '{}') as supports
from facts f left join fact_supports s using (fact_id)
where f.user_id = %(user_id)s
group by f.fact_id
order by f.recorded_at, f.fact_id;

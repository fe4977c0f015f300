-- name: known
select fact_id, predicate, object, recorded_at as said_at,
  (select quote from fact_supports where fact_supports.fact_id = facts.fact_id order by message_id limit 1) as quote
from facts where user_id = %(user_id)s and valid_to is null
  and (%(told_in)s::uuid is null or exists (
    select from fact_supports s join messages m using (message_id) join conversations told using (conversation_id)
    join conversations here on here.conversation_id = %(told_in)s
    where s.fact_id = facts.fact_id and told.channel = here.channel and told.account = here.account))
order by recorded_at, fact_id

-- name: standing
select fact_id, object from facts
where user_id = %(user_id)s and predicate = %(predicate)s and valid_to is null

-- name: end
update facts set valid_to = now(), ended_by = %(ended_by)s where fact_id = %(fact_id)s

-- name: record
insert into facts (fact_id, user_id, subject, predicate, object, valid_from)
values (%(fact_id)s, %(user_id)s, 'me', %(predicate)s, %(object)s, now())
on conflict do nothing

-- name: support
insert into fact_supports (fact_id, message_id, user_id, quote, start_char, end_char)
values (%(fact_id)s, %(message_id)s, %(user_id)s, %(quote)s, %(start)s, %(end)s)
on conflict do nothing

-- name: forget
delete from facts where user_id = %(user_id)s
  and (fact_id = %(fact_id)s
    or (predicate, lower(object)) in (select predicate, lower(object) from facts where fact_id = %(fact_id)s))

-- name: project
insert into projections (graph_id, part) values (%(graph_id)s, 'facts')
on conflict (graph_id, part) do update set wanted = projections.wanted + 1, changed_at = now()

-- name: notify
select pg_notify('projection', '')

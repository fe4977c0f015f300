-- name: request
with wished as (
  insert into ingestions (ingestion_id, user_id, coach_id, conversation_id, file_id, url, name)
  values (%(ingestion_id)s, %(user_id)s, %(coach_id)s, %(conversation_id)s, %(file_id)s, %(url)s, %(name)s)
  on conflict (ingestion_id) do nothing
  returning ingestion_id
)
select pg_notify('ingestion', ingestion_id::text) from wished

-- name: claim
update ingestions
set state = 'running', fence = fence + 1, attempts = attempts + 1, leased_until = now() + %(lease)s::interval,
    started_at = coalesce(started_at, now()), step = '', done_items = 0, total_items = 0
where ingestion_id = %(ingestion_id)s
  and not cancel_requested
  and attempts < %(limit)s
  and (state = 'waiting' or (state = 'running' and leased_until < now()))
returning ingestion_id, fence, user_id, coach_id, conversation_id, file_id, url, name, attempts, started_at

-- name: renew
update ingestions
set leased_until = now() + %(lease)s::interval, step = %(step)s, done_items = %(done)s, total_items = %(total)s
where ingestion_id = %(ingestion_id)s and fence = %(fence)s and state = 'running'
returning cancel_requested

-- name: hold
select from ingestions
where ingestion_id = %(ingestion_id)s and fence = %(fence)s and state = 'running' and not cancel_requested
for update

-- name: finish
update ingestions
set state = 'done', result = %(result)s, error_code = '', error = '', leased_until = null, finished_at = now()
where ingestion_id = %(ingestion_id)s and fence = %(fence)s and state = 'running'

-- name: fail
update ingestions
set state = 'failed', error_code = %(code)s, error = %(text)s, leased_until = null, finished_at = now()
where ingestion_id = %(ingestion_id)s and fence = %(fence)s and state = 'running'

-- name: stop
update ingestions
set state = 'cancelled', leased_until = null, finished_at = now()
where ingestion_id = %(ingestion_id)s and fence = %(fence)s and state = 'running'

-- name: release
with freed as (
  update ingestions
  set state = 'waiting', fence = fence + 1, attempts = attempts - 1, leased_until = null, due_at = now(),
      step = '', done_items = 0, total_items = -1
  where ingestion_id = %(ingestion_id)s and fence = %(fence)s and state = 'running'
  returning ingestion_id
)
select pg_notify('ingestion', ingestion_id::text) from freed

-- name: cancel
with asked as (
  update ingestions set cancel_requested = true
  where ingestion_id = %(ingestion_id)s and state in ('waiting', 'running')
  returning ingestion_id
)
select pg_notify('ingestion', ingestion_id::text) from asked

-- name: retry
with again as (
  update ingestions
  set state = 'waiting', attempts = 0, fence = fence + 1, cancel_requested = false, error_code = '', error = '',
      due_at = now(), created_at = clock_timestamp(), started_at = null, finished_at = null,
      step = '', done_items = 0, total_items = -1
  where ingestion_id = %(ingestion_id)s and state in ('failed', 'cancelled')
  returning ingestion_id
)
select pg_notify('ingestion', ingestion_id::text) from again

-- While one waits, total_items holds the place that was shown; -1 is none yet.
-- name: place
select count(*) as ahead
from ingestions other
join ingestions mine on mine.ingestion_id = %(ingestion_id)s
where other.state in ('waiting', 'running')
  and not other.cancel_requested
  and (other.created_at, other.ingestion_id) < (mine.created_at, mine.ingestion_id)

-- name: hand_over
update ingestions
set due_at = now() + %(patience)s::interval
where ingestion_id in (
  select ingestion_id from ingestions
  where due_at <= now()
    and not cancel_requested
    and attempts < %(limit)s
    and (state = 'waiting' or (state = 'running' and leased_until < now()))
  order by created_at, ingestion_id
  limit 100
  for update skip locked
)
returning ingestion_id, fence, created_at

-- name: next
select ingestion_id from ingestions
where not cancel_requested
  and attempts < %(limit)s
  and (state = 'waiting' or (state = 'running' and leased_until < now()))
order by created_at, ingestion_id
limit 1

-- name: drop_cancelled
update ingestions
set state = 'cancelled', fence = fence + 1, leased_until = null, finished_at = now()
where ingestion_id in (
  select ingestion_id from ingestions
  where cancel_requested and (state = 'waiting' or (state = 'running' and leased_until < now()))
  for update skip locked
)
returning ingestion_id, name

-- name: give_up
update ingestions
set state = 'failed', fence = fence + 1, error_code = %(code)s, error = %(text)s, leased_until = null,
    finished_at = now()
where ingestion_id in (
  select ingestion_id from ingestions
  where state = 'running' and leased_until < now() and attempts >= %(limit)s and not cancel_requested
  for update skip locked
)
returning ingestion_id, name

-- name: move_up
with line as (
  select ingestion_id, row_number() over (order by created_at, ingestion_id) - 1 as ahead
  from ingestions
  where state in ('waiting', 'running') and not cancel_requested
), moved as (
  select i.ingestion_id, line.ahead
  from ingestions i join line using (ingestion_id)
  where i.state = 'waiting' and i.total_items <> line.ahead
  for update of i skip locked
)
update ingestions i
set total_items = moved.ahead
from moved
where i.ingestion_id = moved.ingestion_id
returning i.ingestion_id, i.name, i.total_items as ahead

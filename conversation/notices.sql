-- name: blocked
update conversations set blocked_at = coalesce(blocked_at, now())
where channel = %(channel)s and account = %(account)s
  and (external_id = %(external_id)s or starts_with(external_id, %(external_id)s || ':'))

-- name: uninstalled
with gone as (delete from installations where channel = %(channel)s and account = %(account)s returning channel),
told as (select pg_notify('installations', channel) from gone)
update conversations set blocked_at = coalesce(blocked_at, now())
where channel = %(channel)s and account = %(account)s and (select count(*) from told) >= 0

-- name: unblocked
with revived as (
  update outbox set state = 'pending', attempts = 0, due_at = now()
  where state = 'blocked' and outbox_id in (
    select outbox_id from outbox kept join conversations using (conversation_id)
    where kept.state = 'blocked' and kept.purpose <> 'proactive'
      and coalesce(kept.payload->>'via', '') !~ '^https?:' and channel = %(channel)s and account = %(account)s
      and (external_id = %(external_id)s or starts_with(external_id, %(external_id)s || ':')) and blocked_at is not null
    order by kept.created_at desc limit 5)
)
update conversations set blocked_at = null
where channel = %(channel)s and account = %(account)s
  and (external_id = %(external_id)s or starts_with(external_id, %(external_id)s || ':'))

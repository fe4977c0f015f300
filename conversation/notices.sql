-- name: blocked
update conversations set blocked_at = coalesce(blocked_at, now())
where channel = %(channel)s and account = %(account)s
  and (external_id = %(external_id)s or starts_with(external_id, %(external_id)s || ':'))

-- name: unblocked
update conversations set blocked_at = null
where channel = %(channel)s and account = %(account)s
  and (external_id = %(external_id)s or starts_with(external_id, %(external_id)s || ':'))

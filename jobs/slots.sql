-- name: claim
insert into slots (job, slot) values (%(job)s, %(slot)s)
on conflict (job, slot) do update set claimed_at = now()
  where slots.state = 'claimed' and slots.claimed_at < now() - %(lease)s::interval
returning claimed_at

-- name: renew
update slots set claimed_at = now()
where job = %(job)s and slot = %(slot)s and state = 'claimed' and claimed_at = %(claimed_at)s
returning claimed_at

-- name: finish
update slots set state = 'done', finished_at = now()
where job = %(job)s and slot = %(slot)s and state = 'claimed' and claimed_at = %(claimed_at)s

-- name: release
delete from slots where job = %(job)s and slot = %(slot)s and state = 'claimed' and claimed_at = %(claimed_at)s

-- name: taken
select from slots
where job = %(job)s and slot = %(slot)s and (state = 'done' or claimed_at >= now() - %(lease)s::interval)

-- name: tidy
delete from slots where slot < now() - %(age)s::interval

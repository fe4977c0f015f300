-- name: hold
insert into leases (name, owner, leased_until) values (%(name)s, %(owner)s, now() + make_interval(secs => %(seconds)s))
on conflict (name) do update set owner = excluded.owner, leased_until = excluded.leased_until
  where leases.owner = excluded.owner or leases.leased_until < now()
returning owner

-- name: release
delete from leases where name = %(name)s and owner = %(owner)s

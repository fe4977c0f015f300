-- name: login
select rolname as name, rolsuper or rolbypassrls as mighty,
  (select count(*) from pg_class where relowner = pg_roles.oid and relkind in ('r', 'p')) as owned,
  coalesce((select pg_has_role(session_user, taken.oid, 'set') from pg_roles taken where taken.rolname = 'evermynd_app'),
    false) as can_work
from pg_roles where rolname = session_user

-- name: checkpoints
select obj_description(to_regclass('public.checkpoints')) as made_by

-- name: outbox
select count(*) filter (where state in ('pending', 'sending')) as waiting,
  count(*) filter (where state in ('pending', 'sending')
    and greatest(due_at, leased_until) < now() - interval '1 minute') as late,
  count(*) filter (where state = 'blocked') as blocked,
  count(*) filter (where state = 'uncertain') as uncertain,
  count(*) filter (where state = 'dead') as dead
from outbox
where state <> 'sent'

-- name: ingestions
select count(*) filter (where state = 'waiting') as waiting,
  count(*) filter (where state = 'running') as running,
  count(*) filter (where (state = 'waiting' and due_at < now() - interval '1 minute')
    or (state = 'running' and leased_until < now() - interval '1 minute')) as stuck,
  count(*) filter (where state = 'failed' and finished_at > now() - interval '1 day') as failed
from ingestions

-- name: projection
select count(*) as behind, count(*) filter (where changed_at < now() - interval '5 minutes') as late
from projections
where done < wanted

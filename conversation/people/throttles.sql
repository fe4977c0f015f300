-- name: lock
select pg_advisory_xact_lock(hashtextextended(bucket, 0))
  from unnest(%(buckets)s::text[]) as bucket
 order by bucket

-- name: count
with wanted as (
  select bucket, coalesce((
           select max(t.window_started) from throttles t
            where t.bucket = b.bucket and t.window_started > now() - %(window)s::interval
         ), now()) as window_started
    from unnest(%(buckets)s::text[]) as b(bucket)
)
insert into throttles (bucket, window_started, attempts)
select bucket, window_started, 1 from wanted
on conflict (bucket, window_started) do update set attempts = throttles.attempts + 1
returning bucket, attempts, extract(epoch from window_started + %(window)s::interval - now())::float8 as seconds_left

-- name: forgive
update throttles set attempts = greatest(attempts - 1, 0)
 where bucket = any(%(buckets)s) and window_started > now() - %(window)s::interval

-- name: clear
delete from throttles where bucket = any(%(buckets)s)

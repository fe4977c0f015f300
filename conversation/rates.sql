-- name: take
select take_calls(%(buckets)s, %(limits)s, %(periods)s, %(share)s) as wait

-- name: block
insert into rate_buckets (bucket, tokens, blocked_until)
values (%(bucket)s, 0, clock_timestamp() + make_interval(secs => %(seconds)s))
on conflict (bucket) do update set blocked_until = greatest(rate_buckets.blocked_until, excluded.blocked_until)

-- name: tidy
delete from rate_buckets where refilled_at < now() - interval '1 day' and blocked_until < now()

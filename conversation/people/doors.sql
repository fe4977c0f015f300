-- name: announce
insert into doors (channel, account, url) values (%(channel)s, %(account)s, %(url)s)
on conflict (channel, account) do update set url = excluded.url, updated_at = now()

-- name: door
select url from doors
where channel = %(channel)s and (%(account)s::text is null or account = %(account)s)
order by position('{code}' in url) > 0 desc, updated_at desc limit 1

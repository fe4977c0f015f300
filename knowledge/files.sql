-- name: insert_file
insert into files (file_id, user_id, name, media_type, size, sha256)
values (%(file_id)s, %(user_id)s, %(name)s, %(media_type)s, %(size)s, %(sha256)s)

-- name: insert_part
insert into file_parts (file_id, number, content) values (%(file_id)s, %(number)s, %(content)s)

-- name: find
select name, size from files where file_id = %(file_id)s

-- name: part
select content from file_parts where file_id = %(file_id)s and number = %(number)s

-- name: delete
delete from files where file_id = %(file_id)s

-- name: tidy
delete from files f
where f.created_at < now() - %(age)s::interval
  and not exists (
    select from ingestions i
    where i.file_id = f.file_id
      and (i.state in ('waiting', 'running') or i.finished_at > now() - %(age)s::interval)
  )

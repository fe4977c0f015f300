-- Each statement that returns rows gives the next statements to run, quoted by the server itself.

-- name: roles
select format('create role %%I', name) as statement
  from unnest(array['evermynd_owner', 'evermynd']) as name
 where not exists (select from pg_roles where rolname = name)
union all
select format('alter role evermynd_owner login createrole inherit nosuperuser password %%L', %(owner)s::text)
union all
select format('alter role evermynd login noinherit nosuperuser nocreaterole nocreatedb password %%L', %(app)s::text);

-- name: database
select 'create database evermynd owner evermynd_owner' as statement
 where not exists (select from pg_database where datname = 'evermynd');

-- name: vector
create extension if not exists vector;

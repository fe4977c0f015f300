-- Run once by the Postgres image on an empty volume, as superuser: two login roles, the database, and pgvector.
-- The owner migrates: it owns the database and makes the two roles that transactions take. The app's role owns nothing.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD

create role evermynd_owner login createrole inherit nosuperuser password :'owner_password';
create role evermynd login noinherit nosuperuser nocreaterole nocreatedb password :'app_password';
create database evermynd owner evermynd_owner;
revoke all on database evermynd from public;
grant connect on database evermynd to evermynd;

\connect evermynd
create extension vector;

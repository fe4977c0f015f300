-- The two roles a transaction can take. Neither can log in or owns a table.
do $$
begin
  create role evermynd_app nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  create role evermynd_system nologin;
exception when duplicate_object or unique_violation then null;
end $$;

create extension if not exists vector;

-- Who the transaction is for; null for nobody.
create function current_person() returns uuid language sql stable
  return nullif(current_setting('evermynd.user_id', true), '')::uuid;

-- Lock a table down: nobody passes row-level security, migrations see all, the system role what it is granted.
create procedure protect(name regclass, visible text) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('alter table %s force row level security', name);
  execute format('create policy migration on %s to current_user using (true) with check (true)', name);
  execute format('create policy system on %s to evermynd_system using (true) with check (true)', name);
  execute format('create policy person on %s to evermynd_app using (%s)', name, visible);
end $$;

create table users (
  user_id uuid primary key,
  display_name text not null default '',
  roles text[] not null default '{consumer}' check (roles <@ '{consumer,creator,admin}'),
  guest boolean not null default false,
  time_zone text not null default 'UTC',
  language text not null default 'en',
  created_at timestamptz not null default now(),
  last_active_at timestamptz not null default now()
);
call protect('users', 'user_id = (select current_person())');
grant select, update (display_name, roles, time_zone, language, last_active_at) on users to evermynd_app;
grant select, insert, update, delete on users to evermynd_system;

-- A person may become a creator by asking, and never an administrator.
create function refuse_self_made_admin() returns trigger language plpgsql as $$
begin
  if current_user = 'evermynd_app' and new.roles @> '{admin}' and not old.roles @> '{admin}' then
    raise insufficient_privilege using message = 'a person cannot make themselves administrator';
  end if;
  return new;
end $$;
create trigger refuse_self_made_admin before update of roles on users
  for each row execute function refuse_self_made_admin();

-- One person, many identities: the same human on several channels.
create table identities (
  channel text not null,
  account text not null,
  external_id text not null,
  user_id uuid not null references users on delete cascade,
  display_name text not null default '',
  created_at timestamptz not null default now(),
  primary key (channel, account, external_id)
);
create index on identities (user_id);
call protect('identities', 'user_id = (select current_person())');
grant select on identities to evermynd_app;
grant select, insert, update, delete on identities to evermynd_system;

create table web_accounts (
  user_id uuid primary key references users on delete cascade,
  email text not null unique check (email = lower(email)),
  password_hash text not null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
call protect('web_accounts', 'user_id = (select current_person())');
grant select on web_accounts to evermynd_app;
grant select, insert, update, delete on web_accounts to evermynd_system;

create table web_sessions (
  token_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  device text not null default '',
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on web_sessions (user_id);
call protect('web_sessions', 'user_id = (select current_person())');
grant select, delete on web_sessions to evermynd_app;
grant select, insert, update, delete on web_sessions to evermynd_system;

-- Single-use, expiring codes: password resets, invitations, and sign-ups that wait for a mail to be answered (`payload`).
-- Only the hash is kept.
create table one_time_codes (
  code_hash bytea primary key,
  purpose text not null check (purpose in ('reset', 'invitation', 'confirmation')),
  user_id uuid references users on delete cascade,
  payload jsonb not null default '{}',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
call protect('one_time_codes', 'false');
grant select, insert, update, delete on one_time_codes to evermynd_system;

-- Attempts counted by bucket (an address, an account, an action) and window.
create table throttles (
  bucket text not null,
  window_started timestamptz not null,
  attempts integer not null default 0,
  primary key (bucket, window_started)
);
grant select, insert, update, delete on throttles to evermynd_system;

create table coaches (
  coach_id uuid primary key,
  creator_user_id uuid references users on delete cascade,
  name text not null check (length(name) between 1 and 80),
  description text not null default '',
  persona text not null default '',
  published boolean not null default false,
  guide boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index on coaches (creator_user_id, lower(name));
create unique index on coaches (guide) where guide;
call protect('coaches', 'published or creator_user_id = (select current_person())');
create policy create_own on coaches as restrictive for insert to evermynd_app
  with check (creator_user_id = (select current_person()) and not guide);
create policy change_own on coaches as restrictive for update to evermynd_app
  using (creator_user_id = (select current_person()) and not guide);
create policy delete_own on coaches as restrictive for delete to evermynd_app
  using (creator_user_id = (select current_person()) and not guide);
grant select, insert, update, delete on coaches to evermynd_app;
grant select, insert, update, delete on coaches to evermynd_system;

-- Tokens spent on models, counted per person and day (UTC).
create table model_usage (
  user_id uuid not null references users on delete cascade,
  day date not null,
  requests integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  primary key (user_id, day)
);
call protect('model_usage', 'user_id = (select current_person())');
grant select, insert, update on model_usage to evermynd_app;
grant select, delete on model_usage to evermynd_system;

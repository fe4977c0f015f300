-- Quiet hours of a person, in their own time (none if both are the same), how often we spoke up unasked on which local
-- day, and whether a creator wants to hear what people ask, which outlives the chat where they said so.
alter table users
  add column quiet_from time not null default '22:00',
  add column quiet_until time not null default '07:00',
  add column proactive_day date,
  add column proactive_said integer not null default 0,
  add column creator_digest boolean not null default true;
grant update (quiet_from, quiet_until, proactive_day, proactive_said, creator_digest) on users to evermynd_app;

-- A digest: on which days (1 is Monday) and at which local minute a person is told what is new, and where. `next_at` is
-- when it comes next, reckoned in `planned_zone`; null while it is off, or waits for the person to name a time zone.
-- `told_until` is how far the last one reached.
create table digests (
  digest_id uuid primary key,
  user_id uuid not null references users on delete cascade,
  conversation_id uuid not null references conversations on delete cascade,
  kind text not null default 'personal' check (kind in ('personal', 'creator')),
  days smallint[] not null check (days <@ '{1,2,3,4,5,6,7}' and cardinality(days) > 0),
  minute time not null,
  next_at timestamptz,
  planned_zone text not null default 'UTC',
  wants_zone boolean not null default false,
  snoozed_until timestamptz,
  told_until timestamptz not null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  unique (user_id, kind)
);
create index on digests (next_at) where next_at is not null;
create index on digests (conversation_id);
call protect('digests', 'user_id = (select current_person())');
create policy send_to_own on digests as restrictive for insert to evermynd_app
  with check (conversation_id in (select c.conversation_id from conversations c));
create policy move_to_own on digests as restrictive for update to evermynd_app using (true)
  with check (conversation_id in (select c.conversation_id from conversations c));
grant select, insert, update, delete on digests to evermynd_app, evermynd_system;

-- A place on a platform where people and the hub talk; the lane of its turns.
create table conversations (
  conversation_id uuid primary key,
  channel text not null,
  account text not null,
  external_id text not null,
  kind text not null default 'direct' check (kind in ('direct', 'group', 'thread')),
  user_id uuid not null references users on delete cascade,
  coach_id uuid references coaches on delete set null,
  title text not null default '',
  titled_by_person boolean not null default false,
  next_seq bigint not null default 1,
  blocked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (channel, account, external_id)
);
create index on conversations (user_id, updated_at desc);
call protect('conversations', 'user_id = (select current_person())');
grant select, insert, update, delete on conversations to evermynd_app;
grant select, insert, update, delete on conversations to evermynd_system;

-- What was said, by whom, in order of `seq`. `payload` holds citations, buttons, files and progress.
create table messages (
  message_id uuid primary key,
  conversation_id uuid not null references conversations on delete cascade,
  user_id uuid not null references users on delete cascade,
  seq bigint not null,
  author text not null check (author in ('person', 'coach')),
  text text not null,
  payload jsonb not null default '{}',
  created_at timestamptz not null default now(),
  revised_at timestamptz,
  unique (conversation_id, seq)
);
call protect('messages', 'user_id = (select current_person())');
grant select, insert, update, delete on messages to evermynd_app;
grant select, insert, update, delete on messages to evermynd_system;

-- Everything a platform told us, committed before it gets its answer.
create table inbox (
  inbox_id uuid primary key,
  channel text not null,
  account text not null,
  dedupe_key text not null,
  conversation_id uuid not null references conversations on delete cascade,
  user_id uuid not null references users on delete cascade,
  position bigint not null generated always as identity,
  payload jsonb not null,
  state text not null default 'new' check (state in ('new', 'done', 'dead')),
  attempts integer not null default 0,
  failures integer not null default 0,
  due_at timestamptz not null default now(),
  cancelled boolean not null default false,
  received_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  unique (channel, account, dedupe_key)
);
create index on inbox (conversation_id, position) where state = 'new';
create index on inbox (due_at) where state = 'new';
call protect('inbox', 'user_id = (select current_person())');
grant select, insert, update on inbox to evermynd_app;
grant select, insert, update, delete on inbox to evermynd_system;

-- One turn at a time per conversation: a lease with a fencing token that only ever grows.
create table lanes (
  conversation_id uuid primary key references conversations on delete cascade,
  fence bigint not null default 0,
  owner text not null default '',
  leased_until timestamptz not null default '-infinity'
);
grant select, insert, update on lanes to evermynd_app;
grant select, insert, update, delete on lanes to evermynd_system;

-- Everything we say, in order, until the platform has it. `receipts` are the platform's ids of the parts sent.
create table outbox (
  outbox_id uuid primary key,
  conversation_id uuid not null references conversations on delete cascade,
  user_id uuid not null references users on delete cascade,
  seq bigint not null,
  idempotency_key text not null unique,
  purpose text not null check (purpose in ('reply', 'progress', 'proactive')),
  payload jsonb not null,
  revision integer not null default 1,
  sent_revision integer not null default 0,
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'uncertain', 'blocked', 'dead')),
  receipts text[] not null default '{}',
  attempts integer not null default 0,
  owner text not null default '',
  leased_until timestamptz not null default '-infinity',
  due_at timestamptz not null default now(),
  error text not null default '',
  created_at timestamptz not null default clock_timestamp(),
  sent_at timestamptz,
  unique (conversation_id, seq)
);
create index on outbox (due_at) where state in ('pending', 'sending');
call protect('outbox', 'user_id = (select current_person())');
create policy say_in_own on outbox as restrictive for insert to evermynd_app
  with check (conversation_id in (select c.conversation_id from conversations c));
grant select, insert, update on outbox to evermynd_app;
grant select, insert, update, delete on outbox to evermynd_system;

-- Exactly one run per slot of a scheduled job: who inserts the slot runs it.
create table slots (
  job text not null,
  slot timestamptz not null,
  state text not null default 'claimed' check (state in ('claimed', 'done')),
  claimed_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (job, slot)
);
grant select, insert, update, delete on slots to evermynd_system;

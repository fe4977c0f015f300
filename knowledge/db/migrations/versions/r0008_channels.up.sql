-- What a platform wants to be told besides the address to let us write there (the service URL of Teams, for one).
alter table conversations
  add column via text not null default '',
  add column coach_bound boolean not null default false;

-- Which coach said a thing, for what people think of it.
alter table messages add column coach_id uuid;

-- Its author deleted it on the platform: nothing of what it said is kept, and it is not answered any more.
alter table inbox add column deleted_at timestamptz;
create index on inbox (replaces) where replaces is not null;

-- Whoever runs the hub may shut somebody out: what they write is not heard.
alter table users add column blocked_at timestamptz;

-- Where the hub is installed besides what its settings name: workspaces, and bots that creators brought. `secrets` is
-- sealed; `coach_id` is the coach that this bot is, `user_id` who brought it.
create table installations (
  channel text not null,
  account text not null,
  name text not null default '',
  secrets text not null,
  details jsonb not null default '{}',
  user_id uuid references users on delete cascade,
  coach_id uuid references coaches on delete cascade,
  installed_at timestamptz not null default now(),
  primary key (channel, account)
);
create index on installations (user_id);
create index on installations (coach_id);
call protect('installations', 'user_id = (select current_person())');
create policy bring_own on installations as restrictive for insert to evermynd_app
  with check (coach_id in (select c.coach_id from coaches c where c.creator_user_id = (select current_person())));
grant select (channel, account, name, user_id, coach_id, installed_at), insert, delete on installations to evermynd_app;
grant select, insert, update, delete on installations to evermynd_system;

-- A person on the way through a platform's consent page; each state is used once.
create table oauth_states (
  state_hash text primary key,
  channel text not null,
  expires_at timestamptz not null
);
call protect('oauth_states', 'false');
grant select, insert, delete on oauth_states to evermynd_system;

-- What people think of answers; `author` is the channel's id of who said so, one voice each, `question_id` what was asked.
create table feedback (
  message_id uuid not null references messages on delete cascade,
  author text not null,
  user_id uuid not null references users on delete cascade,
  coach_id uuid references coaches on delete cascade,
  question_id uuid,
  good boolean not null,
  given_at timestamptz not null default now(),
  primary key (message_id, author)
);
create index on feedback (user_id);
create index on feedback (coach_id, given_at desc);
call protect('feedback', 'user_id = (select current_person())');
create policy say_of_own on feedback as restrictive for insert to evermynd_app
  with check (message_id in (select m.message_id from messages m));
grant select, insert, update, delete on feedback to evermynd_app;
grant select, insert, update, delete on feedback to evermynd_system;

-- How many think what of the coaches of who asks, and of which answers; never who. Creators are not counted.
create function opinions() returns table (coach_id uuid, question_id uuid, good boolean, number bigint, latest timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select f.coach_id, f.question_id, f.good, count(*), max(f.given_at)
  from feedback f join coaches c on c.coach_id = f.coach_id
  where c.creator_user_id = current_person() and f.user_id <> c.creator_user_id
  group by f.coach_id, f.question_id, f.good
$$;
revoke execute on function opinions from public;
grant execute on function opinions to evermynd_app;

-- What was thought of an answer was thought of what stood there: one in its place begins with no opinion.
create function forget_opinions() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
  delete from feedback where message_id = new.message_id;
  return null;
end $$;
revoke execute on function forget_opinions from public;
create trigger forget_opinions after update of text, revised_at on messages
  for each row
  when (new.author = 'coach' and (old.text, old.revised_at) is distinct from (new.text, new.revised_at))
  execute function forget_opinions();

-- Messages of which the platform told that they were deleted before it told of them: for a day they are not heard.
create table withdrawn (
  channel text not null,
  account text not null,
  place text not null,
  native_id text not null,
  withdrawn_at timestamptz not null default now(),
  primary key (channel, account, place, native_id)
);
create index on withdrawn (withdrawn_at);
call protect('withdrawn', 'false');
grant select on withdrawn to evermynd_app;
grant select, insert, delete on withdrawn to evermynd_system;

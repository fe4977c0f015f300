-- A group chat is a person of its own: whoever speaks in it, nobody's memory is in reach.
alter table users
  add column kind text not null default 'person' check (kind in ('person', 'group')),
  add column language_chosen boolean not null default false,
  add column zone_known boolean not null default false;
grant update (language_chosen, zone_known) on users to evermynd_app;

-- `/new` begins a new thread in the same chat: what stands before `fresh_from` is no longer part of the talk.
alter table conversations add column fresh_from bigint not null default 0;

-- `native_id` is the platform's id of what was written; an edit answers it anew in place of `replaces`.
alter table inbox
  add column native_id text not null default '',
  add column album text not null default '',
  add column replaces uuid;
create index on inbox (conversation_id, native_id) where native_id <> '';
create index on inbox (conversation_id, album) where album <> '';
alter table messages add column author_name text not null default '';

-- `open`: an answer that is being written before somebody's eyes; its first part may stand there already.
alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check
  check (state in ('open', 'pending', 'sending', 'sent', 'uncertain', 'blocked', 'dead'));

grant delete on outbox to evermynd_app;

-- What a button stands for when that is longer than the platform lets a button carry.
create table button_tokens (
  token text primary key,
  conversation_id uuid not null references conversations on delete cascade,
  user_id uuid not null references users on delete cascade,
  value text not null,
  created_at timestamptz not null default now()
);
create index on button_tokens (conversation_id);
create index on button_tokens (user_id);
call protect('button_tokens', 'user_id = (select current_person())');
grant select on button_tokens to evermynd_app;
grant select, insert, update, delete on button_tokens to evermynd_system;

-- How much of a platform's limits is left, shared by all senders.
create table rate_buckets (
  bucket text primary key,
  tokens double precision not null,
  refilled_at timestamptz not null default clock_timestamp(),
  blocked_until timestamptz not null default 'epoch'
);
grant select, insert, update, delete on rate_buckets to evermynd_system;

-- Take one call from every bucket, or from none: gives 0, or the seconds after which to ask again. `shares` of a bucket
-- stay untouched (for calls that matter more); a bucket refills evenly up to its limit.
create function take_calls(buckets text[], limits double precision[], periods double precision[], share double precision)
returns double precision language plpgsql as $$
declare
  at constant timestamptz := clock_timestamp();
  have rate_buckets;
  refilled double precision[] := '{}';
  kept double precision;
  wait double precision := 0;
begin
  insert into rate_buckets (bucket, tokens)
    select * from unnest(buckets, limits) as new (bucket, tokens) order by bucket on conflict do nothing;
  perform 1 from rate_buckets where bucket = any(buckets) order by bucket for update;
  for i in 1 .. cardinality(buckets) loop
    select * into have from rate_buckets where bucket = buckets[i];
    refilled[i] := least(limits[i], have.tokens + extract(epoch from at - have.refilled_at) * limits[i] / periods[i]);
    kept := 1 + least(limits[i] * share, limits[i] - 1);
    wait := greatest(wait, extract(epoch from have.blocked_until - at), (kept - refilled[i]) * periods[i] / limits[i]);
  end loop;
  if wait <= 0 then
    for i in 1 .. cardinality(buckets) loop
      update rate_buckets set tokens = refilled[i] - 1, refilled_at = at where bucket = buckets[i];
    end loop;
  end if;
  return greatest(wait, 0);
end $$;

-- Things only one process does at a time, such as polling a platform.
create table leases (
  name text primary key,
  owner text not null,
  leased_until timestamptz not null
);
grant select, insert, update, delete on leases to evermynd_system;

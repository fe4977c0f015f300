-- A code that joins two channels is typed by hand.
alter table one_time_codes drop constraint one_time_codes_purpose_check;
alter table one_time_codes add constraint one_time_codes_purpose_check
  check (purpose in ('reset', 'invitation', 'confirmation', 'link'));

-- Where people find the hub on a channel: an address with `{code}` in the place of a code for linking.
create table doors (
  channel text not null,
  account text not null,
  url text not null,
  updated_at timestamptz not null default now(),
  primary key (channel, account)
);
call protect('doors', 'true');
grant select on doors to evermynd_app;
grant select, insert, update, delete on doors to evermynd_system;

-- A wish to be one person on two channels. `user_id` made the code and is asked; `other_user_id` entered it. After
-- joining, `user_id` is the one who stays, and `record` holds what joining moved, until it can no longer be undone.
create table joins (
  join_id uuid primary key,
  user_id uuid not null references users on delete cascade,
  other_user_id uuid references users on delete cascade,
  asked_in uuid,
  entered_in uuid,
  here jsonb not null,
  there jsonb not null,
  state text not null default 'asked' check (state in ('asked', 'joined', 'refused', 'undone')),
  record jsonb not null default '{}',
  created_at timestamptz not null default now(),
  decided_at timestamptz
);
create index on joins (user_id);
create index on joins (other_user_id);
call protect('joins', '(select current_person()) in (user_id, other_user_id)');
grant select, update (record), delete on joins to evermynd_app;
grant select, insert, update, delete on joins to evermynd_system;

-- What a person had erased, until the graph shows it too and the receipt says so.
create table erasures (
  erasure_id uuid primary key,
  user_id uuid not null references users on delete cascade,
  receipt text not null,
  language text not null,
  ledger jsonb not null,
  graph_before jsonb,
  graph_after jsonb,
  created_at timestamptz not null default now()
);
create index on erasures (user_id);
call protect('erasures', 'user_id = (select current_person())');
grant select, insert on erasures to evermynd_app;
grant select, update, delete on erasures to evermynd_system;

grant insert, update, delete on facts, fact_supports to evermynd_system;
grant update on model_usage to evermynd_system;

-- Every column that says whose a row is, read from the catalogue, so that no table can be forgotten. `key` gives the
-- primary key without that column; `exclusive`: a person can have only one such row, so that two people's may clash;
-- `follows`: the row belongs to a conversation and goes where that goes.
create view owned as
select c.conrelid as relation, r.relname::text as name, a.attname::text as owner,
  'jsonb_build_array(' || coalesce((
    select string_agg(format('t.%I', k.attname), ', ' order by p.ordinality)
    from pg_constraint pk, unnest(pk.conkey) with ordinality as p(attnum, ordinality)
    join pg_attribute k on k.attrelid = c.conrelid and k.attnum = p.attnum
    where pk.conrelid = c.conrelid and pk.contype = 'p' and p.attnum <> a.attnum), '') || ')' as key,
  exists (
    select from pg_index i where i.indrelid = c.conrelid and i.indisunique and a.attnum = any(i.indkey)) as exclusive,
  exists (
    select from pg_constraint f
    where f.conrelid = c.conrelid and f.contype = 'f' and f.confrelid = 'conversations'::regclass) as follows
from pg_constraint c
join pg_class r on r.oid = c.conrelid
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
where c.contype = 'f' and c.confrelid = 'users'::regclass;
grant select on owned to evermynd_system;

-- Give everything of one person to another. Of two rows of which there can be one, the keeper's stays. Tells the keys
-- of what went over by "table.column", and the rows that had to go.
create function hand_over(gone uuid, keeper uuid) returns jsonb language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  each record;
  mine record;
  keys jsonb;
  lost jsonb;
  moved jsonb := '{}';
  clashed jsonb := '{}';
begin
  for each in select * from owned order by name, owner loop
    keys := '[]';
    lost := '[]';
    if each.exclusive then
      for mine in execute format('select t.ctid as place, %s as key, to_jsonb(t) as content from %I t where t.%I = $1',
        each.key, each.name, each.owner) using gone loop
        begin
          execute format('update %I set %I = $1 where ctid = $2', each.name, each.owner) using keeper, mine.place;
          keys := keys || jsonb_build_array(mine.key);
        exception when unique_violation then
          execute format('delete from %I where ctid = $1', each.name) using mine.place;
          lost := lost || jsonb_build_array(mine.content);
        end;
      end loop;
    else
      execute format(
        'with moved as (update %I t set %I = $1 where t.%I = $2 returning %s as key)
         select coalesce(jsonb_agg(key), ''[]'') from moved',
        each.name, each.owner, each.owner, each.key) into keys using keeper, gone;
    end if;
    if keys <> '[]' and not each.follows then
      moved := moved || jsonb_build_object(each.name || '.' || each.owner, keys);
    end if;
    if lost <> '[]' then
      clashed := clashed || jsonb_build_object(each.name || '.' || each.owner, lost);
    end if;
  end loop;
  return jsonb_build_object('moved', moved, 'clashed', clashed);
end $$;

-- Give back what was handed over, as far as the keeper still has it, with all that belongs to its conversations.
create function hand_back(keeper uuid, gone uuid, record jsonb) returns void language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  each record;
  place text;
begin
  for each in select * from owned order by follows, name, owner loop
    place := each.name || '.' || each.owner;
    if record->'moved' ? place then
      execute format('update %I t set %I = $1 where t.%I = $2 and %s in (select jsonb_array_elements($3))',
        each.name, each.owner, each.owner, each.key) using gone, keeper, record->'moved'->place;
    end if;
    if each.follows then
      execute format('update %I t set %I = $1 where t.%I = $2 and t.conversation_id in
        (select conversation_id from conversations where user_id = $1)', each.name, each.owner, each.owner)
        using gone, keeper;
    end if;
    if record->'clashed' ? place then
      execute format('insert into %I select * from jsonb_populate_recordset(null::%I, $1) on conflict do nothing',
        each.name, each.name) using record->'clashed'->place;
    end if;
  end loop;
end $$;

-- Let everything that belongs to some conversations follow them to another person.
create function follow(keeper uuid, gone uuid) returns void language sql security definer
set search_path = public, pg_temp as $$ select hand_back(keeper, gone, '{}'::jsonb) $$;

revoke execute on function hand_over, hand_back, follow from public;
grant execute on function hand_over, hand_back, follow to evermynd_system;

-- A person may erase what they said, their own rows alone.
grant delete on inbox, button_tokens to evermynd_app;

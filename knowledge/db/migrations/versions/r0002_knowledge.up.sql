-- A file that was sent, in parts of at most 1 MiB, kept until it is learned.
create table files (
  file_id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text not null,
  media_type text not null default '',
  size bigint not null,
  sha256 text not null,
  created_at timestamptz not null default now()
);
create index on files (user_id);
call protect('files', 'user_id = (select current_person())');
grant select, insert, delete on files to evermynd_app, evermynd_system;

create table file_parts (
  file_id uuid not null references files on delete cascade,
  number integer not null,
  content bytea not null,
  primary key (file_id, number)
);
alter table file_parts alter column content set storage external;
call protect('file_parts', 'file_id in (select file_id from files)');
grant select, insert, delete on file_parts to evermynd_app, evermynd_system;

-- What a coach was taught: one row per file, page or note. `origin` names where it came from, so that the
-- same origin with other content is a new version. Character spans count code points in the text of all pages.
create table documents (
  document_id uuid primary key,
  coach_id uuid not null references coaches on delete cascade,
  user_id uuid references users on delete cascade,
  origin text not null,
  name text not null,
  title text not null,
  media_type text not null,
  unit text not null default '',
  sha256 text not null,
  version integer not null default 1,
  page_count integer not null default 0,
  character_count integer not null default 0,
  chunk_count integer not null default 0,
  term_count bigint not null default 0,
  topics text[] not null default '{}',
  questions text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (coach_id, origin)
);
create index on documents (coach_id, sha256);
call protect('documents', 'coach_id in (select coach_id from coaches)');
create policy write_own on documents as restrictive for insert to evermynd_app
  with check (user_id = (select current_person()) and coach_id in (select c.coach_id from coaches c where c.creator_user_id = (select current_person())));
create policy change_own on documents as restrictive for update to evermynd_app using (user_id = (select current_person()))
  with check (user_id = (select current_person()) and coach_id in (select c.coach_id from coaches c where c.creator_user_id = (select current_person())));
create policy delete_own on documents as restrictive for delete to evermynd_app using (user_id = (select current_person()));
grant select, insert, update, delete on documents to evermynd_app, evermynd_system;

create table pages (
  document_id uuid not null references documents on delete cascade,
  coach_id uuid not null,
  number integer not null,
  label text not null,
  start_char integer not null,
  end_char integer not null,
  text text not null,
  primary key (document_id, number)
);

create table chunks (
  chunk_id uuid primary key,
  document_id uuid not null references documents on delete cascade,
  coach_id uuid not null,
  ordinal integer not null,
  start_char integer not null,
  end_char integer not null,
  page integer not null,
  heading_path text[] not null,
  content_hash text not null,
  term_count integer not null default 0,
  text text not null,
  unique (document_id, ordinal) deferrable initially deferred
);
create index on chunks (coach_id);

-- Vectors are keyed by the model that made them; a change of model fills a second set while the first serves.
create table vectors (
  chunk_id uuid not null references chunks on delete cascade,
  model text not null,
  coach_id uuid not null,
  embedding halfvec not null,
  primary key (chunk_id, model)
);
create index on vectors (coach_id, model);

-- The inverted index of BM25: for a term of a document, the chunks (by ordinal) that hold it, how often, and
-- how many terms each of these chunks has. The three arrays run in parallel.
create table postings (
  document_id uuid not null references documents on delete cascade,
  coach_id uuid not null,
  term text not null,
  ordinals integer[] not null,
  frequencies smallint[] not null,
  lengths smallint[] not null,
  primary key (coach_id, term, document_id)
);
create index on postings (document_id);

-- The entities a chunk speaks of; the graph is a projection of this.
create table mentions (
  chunk_id uuid not null references chunks on delete cascade,
  entity_key text not null,
  document_id uuid not null,
  coach_id uuid not null,
  name text not null,
  kind text not null,
  primary key (chunk_id, entity_key)
);
create index on mentions (document_id);

do $$
declare name text;
begin
  foreach name in array '{pages,chunks,vectors,postings,mentions}'::text[] loop
    execute format('call protect(%L, %L)', name, 'coach_id in (select coach_id from coaches)');
    execute format(
      'create policy write_own on %I as restrictive for insert to evermynd_app with check '
      '(coach_id in (select c.coach_id from coaches c where c.creator_user_id = (select current_person())))', name);
    execute format(
      'create policy change_own on %I as restrictive for update to evermynd_app using '
      '(coach_id in (select c.coach_id from coaches c where c.creator_user_id = (select current_person())))', name);
    execute format(
      'create policy delete_own on %I as restrictive for delete to evermynd_app using '
      '(coach_id in (select c.coach_id from coaches c where c.creator_user_id = (select current_person())))', name);
    execute format('grant select, insert, update, delete on %I to evermynd_app, evermynd_system', name);
  end loop;
end $$;

-- Facts about a person: two time axes (valid: when it held; recorded: when we heard it and when it was taken back).
create table facts (
  fact_id uuid primary key,
  user_id uuid not null references users on delete cascade,
  subject text not null,
  predicate text not null,
  object text not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  recorded_at timestamptz not null default now(),
  ended_by uuid references facts on delete set null
);
create index on facts (user_id);
call protect('facts', 'user_id = (select current_person())');
grant select, insert, update, delete on facts to evermynd_app;
grant select on facts to evermynd_system;

-- What a fact rests on: the words of a message, by character span.
create table fact_supports (
  fact_id uuid not null references facts on delete cascade,
  message_id uuid not null,
  user_id uuid not null references users on delete cascade,
  quote text not null,
  start_char integer not null,
  end_char integer not null,
  primary key (fact_id, message_id)
);
call protect('fact_supports', 'user_id = (select current_person())');
grant select, insert, update, delete on fact_supports to evermynd_app;
grant select on fact_supports to evermynd_system;

-- What the graph must show and what it shows: a part (a document, a person's facts) is projected again whenever
-- `wanted` is ahead of `done`. A part whose rows are gone from the ledger projects to nothing.
create table projections (
  graph_id text not null,
  part text not null,
  wanted bigint not null default 1,
  done bigint not null default 0,
  changed_at timestamptz not null default now(),
  claim uuid,
  leased_until timestamptz not null default '-infinity',
  primary key (graph_id, part)
);
create index on projections (changed_at) where done < wanted;
grant select, insert, update on projections to evermynd_app;
grant select, insert, update, delete on projections to evermynd_system;

-- A wish to learn something, and how far it has come.
create table ingestions (
  ingestion_id uuid primary key,
  user_id uuid not null references users on delete cascade,
  coach_id uuid not null references coaches on delete cascade,
  conversation_id uuid,
  file_id uuid references files on delete set null,
  url text,
  name text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  step text not null default '',
  done_items integer not null default 0,
  total_items integer not null default 0,
  attempts integer not null default 0,
  fence bigint not null default 0,
  leased_until timestamptz,
  due_at timestamptz not null default now(),
  cancel_requested boolean not null default false,
  error_code text not null default '',
  error text not null default '',
  result jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz
);
create index on ingestions (created_at) where state in ('waiting', 'running');
create index on ingestions (user_id, created_at);
call protect('ingestions', 'user_id = (select current_person())');
grant select, insert, update on ingestions to evermynd_app;
grant select, update, delete on ingestions to evermynd_system;

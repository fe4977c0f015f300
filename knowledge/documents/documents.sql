-- name: find
select * from documents where document_id = %(document_id)s;

-- name: same
select * from documents
where coach_id = %(coach_id)s and sha256 = %(sha256)s
order by created_at, document_id
limit 1;

-- name: listing
select * from documents where coach_id = %(coach_id)s order by lower(title), document_id;

-- name: embedded
select v.chunk_id from vectors v join chunks c using (chunk_id)
where c.document_id = %(document_id)s and v.model = %(model)s;

-- name: insert
insert into documents (
  document_id, coach_id, user_id, origin, name, title, media_type, unit, sha256,
  page_count, character_count, chunk_count, term_count, topics, questions
) values (
  %(document_id)s, %(coach_id)s, %(user_id)s, %(origin)s, %(name)s, %(title)s, %(media_type)s, %(unit)s, %(sha256)s,
  %(page_count)s, %(character_count)s, %(chunk_count)s, %(term_count)s, %(topics)s, %(questions)s
)
on conflict do nothing
returning *;

-- name: revise
update documents set
  user_id = %(user_id)s, name = %(name)s, title = %(title)s, media_type = %(media_type)s, unit = %(unit)s,
  sha256 = %(sha256)s, version = version + 1, page_count = %(page_count)s, character_count = %(character_count)s,
  chunk_count = %(chunk_count)s, term_count = %(term_count)s, topics = %(topics)s, questions = %(questions)s,
  updated_at = now()
where document_id = %(document_id)s and version = %(version)s
returning *;

-- name: clear
with gone_pages as (delete from pages where document_id = %(document_id)s),
  gone_postings as (delete from postings where document_id = %(document_id)s and coach_id = %(coach_id)s),
  gone_mentions as (delete from mentions where document_id = %(document_id)s)
delete from chunks where document_id = %(document_id)s and chunk_id <> all(%(kept)s);

-- name: kept
select chunk_id from chunks where document_id = %(document_id)s;

-- name: move
update chunks c set
  ordinal = r.ordinal, start_char = r.start_char, end_char = r.end_char, page = r.page,
  heading_path = r.heading_path, term_count = r.term_count
from json_to_recordset(%(rows)s::json) as r (
  chunk_id uuid, ordinal integer, start_char integer, end_char integer, page integer, heading_path text[],
  term_count integer
)
where c.chunk_id = r.chunk_id and c.document_id = %(document_id)s;

-- name: add_pages
insert into pages (document_id, coach_id, number, label, start_char, end_char, text)
select %(document_id)s, %(coach_id)s, r.*
from json_to_recordset(%(rows)s::json) as r (
  number integer, label text, start_char integer, end_char integer, text text
);

-- name: add_chunks
insert into chunks (
  document_id, coach_id, chunk_id, ordinal, start_char, end_char, page, heading_path, content_hash, term_count, text
)
select %(document_id)s, %(coach_id)s, r.*
from json_to_recordset(%(rows)s::json) as r (
  chunk_id uuid, ordinal integer, start_char integer, end_char integer, page integer, heading_path text[],
  content_hash text, term_count integer, text text
);

-- name: add_vectors
insert into vectors (coach_id, model, chunk_id, embedding)
select %(coach_id)s, %(model)s, r.*
from json_to_recordset(%(rows)s::json) as r (chunk_id uuid, embedding halfvec);

-- name: add_postings
insert into postings (document_id, coach_id, term, ordinals, frequencies, lengths)
select %(document_id)s, %(coach_id)s, r.*
from json_to_recordset(%(rows)s::json) as r (
  term text, ordinals integer[], frequencies smallint[], lengths smallint[]
);

-- name: add_mentions
insert into mentions (document_id, coach_id, chunk_id, entity_key, name, kind)
select %(document_id)s, %(coach_id)s, r.*
from json_to_recordset(%(rows)s::json) as r (chunk_id uuid, entity_key text, name text, kind text);

-- name: delete
delete from documents where document_id = %(document_id)s returning coach_id;

-- name: project
insert into projections (graph_id, part) values (%(graph_id)s, %(part)s)
on conflict (graph_id, part) do update set wanted = projections.wanted + 1, changed_at = now();

-- name: unembedded
select c.chunk_id, c.coach_id, d.title, c.heading_path, c.text
from chunks c join documents d using (document_id)
where c.coach_id = %(coach_id)s
  and not exists (select from vectors v where v.chunk_id = c.chunk_id and v.model = %(model)s)
order by c.document_id, c.ordinal
limit %(limit)s;

-- name: living
select c.chunk_id from chunks c
where c.chunk_id = any(%(chunk_ids)s)
  and not exists (select from vectors v where v.chunk_id = c.chunk_id and v.model = %(model)s)
for key share of c;

-- name: around
select d.title, d.version, p.label, p.start_char, p.end_char, p.text,
  (select c.heading_path from chunks c where c.document_id = d.document_id and c.start_char <= %(start)s
   order by c.start_char desc limit 1) as heading_path
from documents d
left join pages p on p.document_id = d.document_id
  and p.start_char < %(end)s::bigint + %(around)s::bigint and p.end_char > %(start)s::bigint - %(around)s::bigint
where d.document_id = %(document_id)s
order by p.number;

-- name: locate
select strpos(string_agg(text, '' order by number), %(quote)s) - 1 as start
from pages where document_id = %(document_id)s;

-- name: digest
select encode(sha256(convert_to(coalesce(string_agg(line, '|' order by line), ''), 'utf8')), 'hex') as digest
from (
  select 'document ' || md5(t::text) from documents t where coach_id = %(coach_id)s
  union all select 'page ' || md5(t::text) from pages t where coach_id = %(coach_id)s
  union all select 'chunk ' || md5(t::text) from chunks t where coach_id = %(coach_id)s
  union all select 'vector ' || md5(t::text) from vectors t where coach_id = %(coach_id)s
  union all select 'posting ' || md5(t::text) from postings t where coach_id = %(coach_id)s
  union all select 'mention ' || md5(t::text) from mentions t where coach_id = %(coach_id)s
) as lines (line);

-- name: behind
select coach_id from chunks
where not exists (select from vectors where vectors.chunk_id = chunks.chunk_id and vectors.model = %(model)s)
group by coach_id order by coach_id limit %(limit)s

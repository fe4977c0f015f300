-- name: candidates
-- One row a candidate chunk, with its BM25 score, its cosine similarity, or both; and before them one row a term of
-- the question with its weight. BM25 (k1 1.2, b 0.75) as in Lucene, counted over each
-- coach by itself: 2.2 is k1 + 1, 0.3 is k1 (1 - b), 0.9 is k1 b.
with found as materialized (
  select coach_id, document_id, term, ordinals, frequencies, lengths, cardinality(ordinals) as held from postings
  where coach_id = any(%(coach_ids)s::uuid[]) and term = any(%(terms)s::text[])
),
weights as materialized (
  select s.coach_id, t.term, ln(1 + (s.chunks - coalesce(c.held, 0) + 0.5) / (coalesce(c.held, 0) + 0.5)) as weight,
    0.9 / s.length as slope
  from (
    select coach_id, sum(chunk_count)::float8 as chunks, sum(term_count)::float8 / sum(chunk_count) as length
    from documents where coach_id = any(%(coach_ids)s::uuid[]) group by coach_id having sum(term_count) > 0
  ) as s
  cross join unnest(%(terms)s::text[]) as t (term)
  left join (select coach_id, term, sum(held)::float8 as held from found group by coach_id, term) as c
    on c.coach_id = s.coach_id and c.term = t.term
),
weighed as materialized (
  select f.*, w.weight * 2.2::float8 as weight, w.slope
  from found f join weights w on w.coach_id = f.coach_id and w.term = f.term
),
lexical as materialized (
  select c.chunk_id, best.score
  from (
    select document_id, ordinal, sum(weight * frequency / (frequency + 0.3::float8 + slope * length)) as score
    from (
      select document_id, weight, slope, ordinals[1] as ordinal, frequencies[1] as frequency, lengths[1] as length
      from weighed where held = 1
      union all
      select document_id, weight, slope, unnest(ordinals), unnest(frequencies), unnest(lengths)
      from weighed where held > 1
    ) as entries
    group by document_id, ordinal
    order by score desc, document_id, ordinal
    limit %(lexical_pool)s::int
  ) as best
  join chunks c on c.document_id = best.document_id and c.ordinal = best.ordinal
),
dense as materialized (
  select chunk_id, embedding <#> %(vector)s::halfvec as distance
  from vectors
  where coach_id = any(%(coach_ids)s::uuid[]) and model = %(model)s::text
  order by distance, chunk_id
  limit %(dense_pool)s::int
)
select null::uuid as chunk_id, term, max(weight) as lexical, null::float8 as similarity from weights group by term
union all
select chunk_id, null, l.score, -d.distance from lexical l full join dense d using (chunk_id);

-- name: chunks
select c.chunk_id, c.document_id, d.version, c.coach_id, d.title, p.label as page_label, c.heading_path,
  c.start_char, c.end_char, c.text
from chunks c
join documents d on d.document_id = c.document_id
left join pages p on p.document_id = c.document_id and p.number = c.page
where c.chunk_id = any(%(chunk_ids)s::uuid[]) and c.coach_id = any(%(coach_ids)s::uuid[]);

-- name: rescored
-- How the live ones among these chunks answer the question: which of its terms they hold, and how close they are.
select c.chunk_id, -(v.embedding <#> %(vector)s::halfvec) as similarity,
  array(
    select p.term from postings p
    where p.coach_id = c.coach_id and p.document_id = c.document_id and p.term = any(%(terms)s::text[])
      and c.ordinal = any(p.ordinals)
  ) as terms
from chunks c
left join vectors v on v.chunk_id = c.chunk_id and v.model = %(model)s::text
where c.chunk_id = any(%(chunk_ids)s::uuid[]) and c.coach_id = any(%(coach_ids)s::uuid[]);

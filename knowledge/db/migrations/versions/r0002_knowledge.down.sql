drop table ingestions, projections, fact_supports, facts, mentions, postings, vectors, chunks, pages, documents, file_parts, files;

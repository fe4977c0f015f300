// name: neighbours
match (g:Graph {graph_id: $graph_id}) using index g:Graph(graph_id)
unwind $chunk_ids as chunk_id
match (hit:Chunk {graph_id: $graph_id, chunk_id: chunk_id}) using index hit:Chunk(graph_id, chunk_id)
match (hit)-[:MENTIONS]->(e:Entity)
where e.degree >= 2 and e.degree <= g.most
with distinct e order by e.degree, e.key limit $entities
match (e)<-[:MENTIONS]-(other:Chunk)
return e.name as via, e.degree as degree, collect(other.chunk_id) as chunk_ids
union all
unwind $chunk_ids as chunk_id
match (hit:Chunk {graph_id: $graph_id, chunk_id: chunk_id}) using index hit:Chunk(graph_id, chunk_id)
match (hit)-[:NEXT]-(other:Chunk)
return 'neighbouring passage' as via, 0 as degree, collect(distinct other.chunk_id) as chunk_ids

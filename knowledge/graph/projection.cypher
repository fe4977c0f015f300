// One part of the ledger is taken out of the graph and put in again, all in one transaction. Writing to the Graph node
// first makes transactions on the same graph wait for each other (Neo4j) or collide and run again (the embedded server).

// name: lock
merge (g:Graph {graph_id: $graph_id}) set g.part = $part

// name: entities_of_document
match (c:Chunk {graph_id: $graph_id, document_id: $document_id}) using index c:Chunk(graph_id, document_id)
match (c)-[:MENTIONS]->(e:Entity)
return distinct e.key as key

// name: forget_document
match (d:Document {graph_id: $graph_id, document_id: $document_id}) using index d:Document(graph_id, document_id)
detach delete d

// name: forget_chunks
match (c:Chunk {graph_id: $graph_id, document_id: $document_id}) using index c:Chunk(graph_id, document_id)
detach delete c

// name: add_document
create (:Document {graph_id: $graph_id, document_id: $document_id, title: $title, version: $version, chunks: $chunks})

// name: add_chunks
match (d:Document {graph_id: $graph_id, document_id: $document_id}) using index d:Document(graph_id, document_id)
unwind $rows as row
create (d)-[:HAS {graph_id: $graph_id}]->(:Chunk {
  graph_id: $graph_id, chunk_id: row.chunk_id, document_id: $document_id, ordinal: row.ordinal
})

// name: link_chunks
unwind $rows as row
match (a:Chunk {graph_id: $graph_id, chunk_id: row.before}) using index a:Chunk(graph_id, chunk_id)
match (b:Chunk {graph_id: $graph_id, chunk_id: row.after}) using index b:Chunk(graph_id, chunk_id)
create (a)-[:NEXT {graph_id: $graph_id}]->(b)

// name: add_entities
unwind $rows as key
merge (:Entity {graph_id: $graph_id, key: key})

// name: add_mentions
unwind $rows as row
match (c:Chunk {graph_id: $graph_id, chunk_id: row.chunk_id}) using index c:Chunk(graph_id, chunk_id)
match (e:Entity {graph_id: $graph_id, key: row.key}) using index e:Entity(graph_id, key)
create (c)-[:MENTIONS {graph_id: $graph_id, name: row.name, kind: row.kind}]->(e)

// name: weigh_entities
unwind $rows as key
match (e:Entity {graph_id: $graph_id, key: key}) using index e:Entity(graph_id, key)
match (e)<-[m:MENTIONS]-(:Chunk)
with e, count(m) as degree, min(m.name) as name, min(m.kind) as kind
set e.degree = degree, e.name = name, e.kind = kind

// name: forget_entities
unwind $rows as key
match (e:Entity {graph_id: $graph_id, key: key}) using index e:Entity(graph_id, key)
where not (e)<-[:MENTIONS]-()
delete e

// name: forget_person
match (p:Person {graph_id: $graph_id}) using index p:Person(graph_id)
detach delete p

// name: forget_values
match (v:Value {graph_id: $graph_id}) using index v:Value(graph_id)
detach delete v

// name: add_person
create (:Person {graph_id: $graph_id, user_id: $user_id})

// name: add_values
unwind $rows as row
create (:Value {graph_id: $graph_id, key: row.key, text: row.text})

// name: add_facts
match (p:Person {graph_id: $graph_id}) using index p:Person(graph_id)
unwind $rows as row
match (v:Value {graph_id: $graph_id, key: row.key}) using index v:Value(graph_id, key)
create (p)-[:FACT {
  graph_id: $graph_id, fact_id: row.fact_id, subject: row.subject, predicate: row.predicate,
  valid_from: row.valid_from, valid_to: row.valid_to, recorded_at: row.recorded_at, supports: row.supports
}]->(v)

// name: count_chunks
match (d:Document {graph_id: $graph_id}) using index d:Document(graph_id)
return count(d) as documents, sum(d.chunks) as chunks

// name: settle
match (g:Graph {graph_id: $graph_id}) using index g:Graph(graph_id)
set g.chunks = $chunks, g.most = $most
remove g.part

// name: forget_graph
match (g:Graph {graph_id: $graph_id}) using index g:Graph(graph_id)
delete g

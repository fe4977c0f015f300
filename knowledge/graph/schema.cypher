// Run before anything else; every one does nothing when it is there already. Lookups in the other files name these
// indexes with `using index`, because Neo4j plans for the statistics of a moment ago: on a graph that is just being
// filled it would scan all chunks for every row.

// name: graph_key
create constraint graph_key if not exists for (n:Graph) require (n.graph_id) is unique

// name: document_key
create constraint document_key if not exists for (n:Document) require (n.graph_id, n.document_id) is unique

// name: chunk_key
create constraint chunk_key if not exists for (n:Chunk) require (n.graph_id, n.chunk_id) is unique

// name: entity_key
create constraint entity_key if not exists for (n:Entity) require (n.graph_id, n.key) is unique

// name: person_key
create constraint person_key if not exists for (n:Person) require (n.graph_id) is unique

// name: value_key
create constraint value_key if not exists for (n:Value) require (n.graph_id, n.key) is unique

// name: document_graph
create index document_graph if not exists for (n:Document) on (n.graph_id)

// name: chunk_graph
create index chunk_graph if not exists for (n:Chunk) on (n.graph_id)

// name: chunk_document
create index chunk_document if not exists for (n:Chunk) on (n.graph_id, n.document_id)

// name: entity_graph
create index entity_graph if not exists for (n:Entity) on (n.graph_id)

// name: value_graph
create index value_graph if not exists for (n:Value) on (n.graph_id)

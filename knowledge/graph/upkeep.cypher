// name: nodes
match (n) where n.graph_id = $graph_id
return labels(n) as labels, properties(n) as properties

// name: relationships
match (a)-[r]->(b) where r.graph_id = $graph_id
return type(r) as type, properties(r) as properties, properties(a) as source, properties(b) as target

// name: graphs
match (g:Graph) return g.graph_id as graph_id order by graph_id

// name: wipe_chunks
match (n:Chunk {graph_id: $graph_id}) using index n:Chunk(graph_id) with n limit $rows detach delete n return count(*) as gone

// name: wipe_documents
match (n:Document {graph_id: $graph_id}) using index n:Document(graph_id) with n limit $rows detach delete n return count(*) as gone

// name: wipe_entities
match (n:Entity {graph_id: $graph_id}) using index n:Entity(graph_id) with n limit $rows detach delete n return count(*) as gone

// name: wipe_persons
match (n:Person {graph_id: $graph_id}) using index n:Person(graph_id) with n limit $rows detach delete n return count(*) as gone

// name: wipe_values
match (n:Value {graph_id: $graph_id}) using index n:Value(graph_id) with n limit $rows detach delete n return count(*) as gone

// name: wipe_graphs
match (n:Graph {graph_id: $graph_id}) using index n:Graph(graph_id) with n limit $rows detach delete n return count(*) as gone

// name: wipe_all
match (n) with n limit $rows detach delete n return count(*) as gone

// name: count
match (p:Person {graph_id: $graph_id}) using index p:Person(graph_id)
match (p)-[f:FACT]->(v:Value)
return count(f) as facts, count(distinct v) as nodes

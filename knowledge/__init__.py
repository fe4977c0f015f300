"""The ground: database, documents, chunks, parsers, sources, models, graph and retrieval."""

"""Models: the port, its OpenAI-compatible and its offline implementation, embeddings, and the budget."""

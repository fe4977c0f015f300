"""Any OpenAI-compatible endpoint as model: answers, structured output, embeddings.

The vendor's package is imported when a client is opened, not before: it takes a second to load.
"""

from knowledge.models.openai.chat import OpenAIModel, open_openai
from knowledge.models.openai.embedder import OpenAIEmbedder, open_embedder
from knowledge.models.openai.endpoint import Endpoint, Patience, endpoint_of

__all__ = ["Endpoint", "OpenAIEmbedder", "OpenAIModel", "Patience", "endpoint_of", "open_embedder", "open_openai"]

"""Any OpenAI-compatible endpoint as model: answers, structured output, embeddings.

The vendor's package is imported when a client is opened, not before: it takes a second to load.
"""

from knowledge.models.openai.chat import OpenAIModel, open_openai
from knowledge.models.openai.embedder import OpenAIEmbedder
from knowledge.models.openai.endpoint import Endpoint, Patience

__all__ = ["Endpoint", "OpenAIEmbedder", "OpenAIModel", "Patience", "open_openai"]

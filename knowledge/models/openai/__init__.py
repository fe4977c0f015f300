"""Any OpenAI-compatible endpoint as model: answers, structured output, embeddings, recordings written down.

The vendor's package is imported when a client is opened, not before: it takes a second to load.
"""

from knowledge.models.openai.chat import OpenAIModel, open_openai
from knowledge.models.openai.embedder import OpenAIEmbedder, open_embedder
from knowledge.models.openai.endpoint import Endpoint, Patience, endpoint_of
from knowledge.models.openai.transcriber import OpenAITranscriber, open_transcriber

__all__ = [
    "Endpoint",
    "OpenAIEmbedder",
    "OpenAIModel",
    "OpenAITranscriber",
    "Patience",
    "endpoint_of",
    "open_embedder",
    "open_openai",
    "open_transcriber",
]

"""The offline model: it answers by quoting the best sentences of the passages, without any language model."""

from knowledge.models.offline.coverage import Coverage
from knowledge.models.offline.model import OfflineModel

__all__ = ["Coverage", "OfflineModel"]

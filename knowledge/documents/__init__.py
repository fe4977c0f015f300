"""Documents: what a coach was taught, its pages, chunks, vectors and index, written and removed as one."""

from knowledge.documents.document import Document, Findings, Lesson, Mention, Passage, place

__all__ = ["Document", "Findings", "Lesson", "Mention", "Passage", "place"]

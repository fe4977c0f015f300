"""PDF documents, read with PDFium: lines, then margins off, then headings, then paragraphs."""

from knowledge.parsers.pdf.reader import parse

__all__ = ["parse"]

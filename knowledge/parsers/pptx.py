"""PowerPoint presentations: a page is a slide, its title a heading, its notes after its text."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import pptx

from knowledge.parsers.builder import Builder
from knowledge.parsers.document import Parsed
from knowledge.parsers.packed import check_size
from knowledge.parsers.source import Source

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def parse(source: Source) -> Parsed:
    """Parses a .pptx file, shapes from top to bottom."""
    check_size(source)
    presentation = pptx.Presentation(str(source.path))
    builder = Builder(source, _MEDIA_TYPE, "slide")
    slides: list[Any] = list(cast("Any", presentation).slides)
    for number, slide in enumerate(slides, 1):
        builder.page(f"slide {number}")
        _add_slide(builder, slide)
        source.progress(number, len(slides))
    return builder.build(presentation.core_properties.title or "")


def _add_slide(builder: Builder, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None:
        builder.heading(1, title.text_frame.text)
    for shape in _in_reading_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _add_shape(builder, shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for line in slide.notes_slide.notes_text_frame.text.split("\n"):
            builder.paragraph(line)


def _in_reading_order(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _in_reading_order(shape.shapes)
        else:
            yield shape


def _add_shape(builder: Builder, shape: Any) -> None:
    if getattr(shape, "has_table", False) and shape.has_table:
        rows = (" | ".join(cell.text.replace("\n", " ") for cell in row.cells) for row in shape.table.rows)
        builder.table("\n".join(rows))
    elif shape.has_text_frame:
        paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if paragraph.text.strip()]
        for paragraph in paragraphs:
            if len(paragraphs) > 1:
                builder.list_item(paragraph.level + 1, paragraph.text)
            else:
                builder.paragraph(paragraph.text)

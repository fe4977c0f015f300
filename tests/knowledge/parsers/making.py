"""Files of every format, made on the spot."""

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import docx
import pptx
from pptx.util import Inches
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WORDS = "Binary packages declare what they need so that the system can install it first. "


def pdf(path: Path, pages: Iterable[list[str]], *, password: str = "") -> Path:
    """A PDF whose lines are given page by page; one that begins with "# " is set large, with "@" at the foot."""
    canvas = Canvas(str(path), encrypt=StandardEncryption(password) if password else None)
    for lines in pages:
        top = 760
        for line in lines:
            if line.startswith("@"):
                canvas.drawString(72, 40, line[1:])
                continue
            canvas.setFont(
                "Helvetica-Bold" if line.startswith("# ") else "Helvetica", 18 if line.startswith("# ") else 11
            )
            canvas.drawString(72, top, line.removeprefix("# "))
            top -= 30 if line.startswith("# ") or not line else 14
        canvas.showPage()
    canvas.save()
    return path


def scanned_pdf(path: Path) -> Path:
    """A PDF with nothing but a picture."""
    pixels = io.BytesIO(b"P6 60 80 255\n" + bytes(range(256)) * 57)
    pixels.truncate(13 + 60 * 80 * 3)
    canvas = Canvas(str(path))
    canvas.drawImage(ImageReader(pixels), 0, 0, 600, 800)  # pyright: ignore[reportUnknownMemberType]
    canvas.showPage()
    canvas.save()
    return path


def word(path: Path) -> Path:
    """A Word document with headings, lists and a table."""
    document = docx.Document()
    document.core_properties.title = "House rules"
    document.add_heading("Visitors", 1)
    document.add_paragraph("Visitors sign in at the door.")
    document.add_heading("At night", 2)
    document.add_paragraph("Bring a lamp", style="List Bullet")
    table = document.add_table(2, 2)
    for index, words in enumerate(("Room", "Key", "Attic", "Iron")):
        table.cell(index // 2, index % 2).text = words
    document.save(str(path))
    return path


def slides(path: Path) -> Path:
    """A presentation with two slides, the second with notes."""
    presentation = pptx.Presentation()
    for number, title in enumerate(("Why tea", "How to brew"), 1):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        title_shape = slide.shapes.title
        assert title_shape is not None
        title_shape.text_frame.text = title
        box = slide.shapes.add_textbox(Inches(1), Inches(3), Inches(4), Inches(1))
        box.text_frame.text = f"Steep it for {number} minutes."
        if number == 2:
            notes = slide.notes_slide.notes_text_frame
            assert notes is not None
            notes.text = "Warm the pot first."
    presentation.save(str(path))
    return path


def epub(path: Path, chapters: Iterable[str]) -> Path:
    """An EPUB whose chapters are given as XHTML bodies."""
    bodies = list(chapters)
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(bodies))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(bodies)))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="book/content.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "book/content.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>A book</dc:title></metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for number, body in enumerate(bodies):
            text = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{body}</body></html>'
            archive.writestr(f"book/c{number}.xhtml", text)
    return path


def zipped(path: Path, members: dict[str, bytes], *, change: Callable[[zipfile.ZipInfo], None] | None = None) -> Path:
    """A zip of members by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if change:
                change(entry)
            archive.writestr(entry, data)
    return path


def written(path: Path, data: bytes | str) -> Path:
    """A file with this content."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path

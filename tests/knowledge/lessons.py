"""Small documents for tests, and ways to teach them."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from knowledge.chunks import Chunk
from knowledge.db import Database
from knowledge.documents import Findings, Mention
from knowledge.ingest import Learned, learn
from knowledge.models.embeddings import Embedder, Vectors, WordLlama
from knowledge.models.errors import ModelUnavailable
from knowledge.parsers.document import Block, Page, Parsed

Sections = Sequence[tuple[str, str]]

_FILLER = "Take your time here and write down what you did. " * 8


def _at_length(*sections: tuple[str, str]) -> Sections:
    """Sections that are long enough to be chunks of their own."""
    return [(heading, f"{words} {_FILLER.strip()}") for heading, words in sections]


BREAD = _at_length(
    ("Flour", "Strong flour holds more water. Rye flour needs a sour dough, because its starch would break down."),
    ("Kneading", "Knead the dough for ten minutes, until it is smooth and lets itself be drawn into a thin sheet."),
    ("Baking", "Bake at 240 degrees with steam. The loaf is done when it sounds hollow, or at 96 degrees inside."),
)
SAILS = _at_length(
    (
        "Reefing",
        "Reef before you need to. Ease the halyard, hook the tack, and tighten the leech line of the mainsail.",
    ),
    ("Anchoring", "Let out five times the depth in chain, and watch two marks ashore to see that the anchor holds."),
)


class CountingEmbedder:
    """WordLlama, counting the texts it is given; while `away` it does not answer."""

    name = "wordllama-256"
    dimensions = 256

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.away = False
        self._model = WordLlama()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Give one unit row a text."""
        if self.away:
            raise ModelUnavailable
        self.texts.extend(texts)
        return await self._model.embed(texts)


def parsed_of(title: str, sections: Sections) -> Parsed:
    """A document with one page and one heading a section."""
    pages: list[Page] = []
    blocks: list[Block] = []
    at = 0
    for number, (heading, words) in enumerate(sections, start=1):
        text = f"{heading}\n\n{words}\n"
        body = at + len(heading) + 2
        blocks += [Block("heading", 1, at, at + len(heading)), Block("paragraph", 1, body, body + len(words))]
        pages.append(Page(number, f"page {number}", text))
        at += len(text)
    return Parsed(title, "text/plain", tuple(pages), tuple(blocks), "page")


async def names_headings(parsed: Parsed, chunks: Sequence[Chunk]) -> Findings:
    """Find an entity in every heading."""
    return Findings(
        [Mention(c.chunk_id, h.lower(), h, "heading") for c in chunks for h in c.heading_path], ["baking"], ["Why?"]
    )


async def teach(
    database: Database,
    user_id: UUID | None,
    coach_id: UUID,
    sections: Sections = BREAD,
    *,
    origin: str = "file:bread.txt",
    title: str = "On bread",
    embedder: Embedder | None = None,
) -> Learned:
    """Teach a coach a document with these sections."""
    return await learn(
        database,
        user_id=user_id,
        coach_id=coach_id,
        origin=origin,
        name=origin.removeprefix("file:"),
        sha256=sha256(repr((title, sections)).encode()).hexdigest(),
        parsed=parsed_of(title, sections),
        embedder=embedder or WordLlama(),
        extract=names_headings,
    )

"""What people read where an app wrote mrkdwn, Markdown or plain text, and whom that notifies.

https://docs.slack.dev/messaging/formatting-message-text: `<@U…>`, `<!here>`, `<#C…>` and `<address|label>` are
interpreted wherever they stand in mrkdwn; `&amp;`, `&lt;` and `&gt;` are the only escapes. What documents leave open
is read to the app's disadvantage: control sequences count inside code marks of mrkdwn, and behind a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

CONTROL = re.compile(r"<(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|![^<>|]+|(?:https?|mailto|tel|slack)[:][^<>|]+)(?:\|([^<>]*))?>")
STRAY = re.compile(r"<[A-Za-z@#!/]")
BROADCASTS = {"channel": "channel", "group": "channel", "here": "here", "everyone": "everyone"}
KEPT, END = "\ue000", "\ue001"
CODE = re.compile(r"```\n?(.*?)\n?```|`([^`\n]+)`", re.DOTALL)
MARKS = tuple(re.compile(rf"(?<![\w{m}]){m}(?=\S)([^{m}\n]+?)(?<=\S){m}(?![\w{m}])") for m in (r"\*", "_", "~"))
QUOTE = re.compile(r"^(?:&gt;|>) ?", re.MULTILINE)

Name = Callable[[str], str]
"""How people read the id of a user or a conversation."""


@dataclass(slots=True)
class Reading:
    """A text as people see it, whom it notifies, and `<` that should have been escaped."""

    text: str = ""
    notified: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    stray: bool = False
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """What people can click: the label, and where it leads."""

    def add(self, other: Reading) -> None:
        """Take over whom another text notifies, and where it leads."""
        self.notified += other.notified
        self.links += other.links
        self.stray = self.stray or other.stray


def unescape(text: str) -> str:
    """Undo the three escapes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """Write the three characters as Slack does in `text`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(slots=True)
class _Keeper:
    """Sets pieces aside while marks are taken away around them."""

    pieces: list[str] = field(default_factory=list[str])

    def keep(self, piece: str) -> str:
        self.pieces.append(piece)
        return f"{KEPT}{len(self.pieces) - 1}{END}"

    def restore(self, text: str) -> str:
        while KEPT in text:
            text = re.sub(rf"{KEPT}(\d+){END}", lambda found: self.pieces[int(found[1])], text)
        return text


def _control(reading: Reading, name: Name, found: re.Match[str]) -> str:
    body, label = found[1], found[2]
    if body[0] == "@":
        reading.notified.append(("user", body[1:]))
        return f"@{name(body[1:])}"
    if body[0] == "#":
        return f"#{label or name(body[1:])}"
    if body[0] == "!":
        return _command(reading, body[1:], label or "")
    shown = unescape(label or body.removeprefix("mailto:"))
    reading.links.append((shown, unescape(body)))
    return shown


def _command(reading: Reading, command: str, label: str) -> str:
    if command in BROADCASTS:
        reading.notified.append((BROADCASTS[command], ""))
        return f"@{command}"
    if command.startswith("subteam^"):
        reading.notified.append(("usergroup", command.removeprefix("subteam^")))
        return label or f"@{command}"
    return unescape(label or f"<!{command}>")


def read_mrkdwn(text: str, name: Name, *, strip: bool = True) -> Reading:
    """Read a mrkdwn text; `strip=False` leaves its marks, as where formatting is off."""
    reading, keeper = Reading(), _Keeper()
    plain = CONTROL.sub(lambda found: keeper.keep(_control(reading, name, found)), text)
    reading.stray = bool(STRAY.search(plain))
    if strip:
        plain = CODE.sub(lambda found: keeper.keep(unescape(found[1] or found[2] or "")), plain)
        plain = QUOTE.sub("", plain)
        for mark in MARKS:
            plain = mark.sub(lambda found: found[1], plain)
    reading.text = keeper.restore(unescape(plain))
    return reading


def read_markdown(text: str, name: Name) -> Reading:
    """Read Markdown as the markdown block and `markdown_text` show it.

    https://docs.slack.dev/reference/block-kit/blocks/markdown-block: pictures are shown as links.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("text_join")
    reading = Reading()
    lines = [_line(token, reading, name) for token in parser.parse(text)]
    reading.text = "\n".join(line for line in lines if line is not None).strip("\n")
    return reading


def _line(token: Token, reading: Reading, name: Name) -> str | None:
    if token.type in {"fence", "code_block"}:
        return token.content.rstrip("\n")
    if token.type != "inline":
        return None
    keeper = _Keeper()
    _note_links(token.children or [], reading)
    written = "".join(_inline(child, keeper) for child in token.children or [])
    plain = CONTROL.sub(lambda found: keeper.keep(_control(reading, name, found)), written)
    return keeper.restore(plain)


def _note_links(tokens: Sequence[Token], reading: Reading) -> None:
    for place, token in enumerate(tokens):
        if token.type == "link_open":
            inside = tokens[place + 1 :]
            end = next(place for place, each in enumerate(inside) if each.type == "link_close")
            label = "".join(each.content for each in inside[:end])
            reading.links.append((label, str(token.attrs.get("href", ""))))
        elif token.type == "image":
            reading.links.append((token.content, str(token.attrs.get("src", ""))))


def _inline(token: Token, keeper: _Keeper) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type == "text_special" and token.info == "escape":
        return token.content
    if token.type in {"code_inline", "text_special"}:
        return keeper.keep(token.content)
    return token.content

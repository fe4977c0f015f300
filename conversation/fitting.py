"""Fitting a reply to its channel: what the channel cannot show becomes something it can before it is rendered."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from conversation import forms
from conversation.channel import Capabilities
from conversation.markdown import plain
from conversation.message import Address, Button, Chart, Citation, Reply

TOKEN = "t:"  # noqa: S105
"""How the value of a button begins that stands for a longer one."""

_COMMAND = re.compile(r"`/([a-z]+)(?=[ `])")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A reply within a channel's abilities, and the values behind the tokens of its buttons."""

    reply: Reply
    tokens: dict[str, str]


def fit(reply: Reply, capabilities: Capabilities, outbox_id: UUID, to: Address | None = None) -> Fitted:
    """Turn citations into footnotes with buttons, a form into a button or into nothing, a chart into a table, long
    button values into tokens, and buttons into words, wherever the channel has no such thing.

    Where several people talk, a channel that cannot show who speaks gets the coach's name in the text.
    """
    reply = _with_chart(_whole(reply, capabilities, outbox_id), capabilities)
    if to is not None and to.kind != "direct" and not capabilities.identity:
        reply = replace(reply, text=introduced(reply))
    if capabilities.command_prefix != "/":
        reply = replace(reply, text=_with_prefix(reply.text, capabilities.command_prefix))
    if not capabilities.buttons:
        return Fitted(_in_words(reply), {})
    tokens: dict[str, str] = {}
    buttons = tuple(
        _short(button, capabilities.button_value_limit, outbox_id, tokens)
        for button in reply.buttons[: capabilities.buttons]
    )
    return Fitted(replace(reply, buttons=buttons), tokens)


def chosen(reply: Reply, capabilities: Capabilities, outbox_id: UUID, number: int) -> str | None:
    """Tell what a number stands for that somebody answers with where there are no buttons; None for none of them."""
    offered = [button for button in _whole(reply, capabilities, outbox_id).buttons if not button.url]
    return offered[number - 1].value if 0 < number <= len(offered) else None


def introduced(reply: Reply) -> str:
    """Give the text with the name of the coach that says it, unless nothing is said or known."""
    if not reply.coach_name or not reply.text or reply.progress:
        return reply.text
    return f"{reply.avatar} **{plain(reply.coach_name)}**\n\n{reply.text}".strip()


def _whole(reply: Reply, capabilities: Capabilities, outbox_id: UUID) -> Reply:
    """Give a reply with all of its buttons."""
    if reply.citations and not capabilities.citations:
        reply = _with_footnotes(reply, outbox_id)
    return _with_form(reply, capabilities, outbox_id)


def _with_footnotes(reply: Reply, outbox_id: UUID) -> Reply:
    """Name each source below the text, with a button that shows the passage."""
    lines = [f"\\[{cited.number}\\] {_source(cited)}" for cited in reply.citations]
    notes = _broken(lines)
    opening = tuple(
        Button(f"[{cited.number}] {cited.place or cited.title}"[:40], f"/passage {outbox_id} {cited.number}")
        for cited in reply.citations
    )
    return replace(reply, text=f"{reply.text.rstrip()}\n\n{notes}", citations=(), buttons=(*opening, *reply.buttons))


def _source(cited: Citation) -> str:
    title = "".join(f"\\{character}" if character in r"\`*_[]<>#|~" else character for character in cited.title)
    return title if not cited.place or cited.place == cited.title else f"{title}, {cited.place}"


def _with_form(reply: Reply, capabilities: Capabilities, outbox_id: UUID) -> Reply:
    """Leave a form to a channel that shows it; where a button opens it, put that first; elsewhere the reply asks the
    first question itself."""
    if reply.form is None or capabilities.forms == "shown":
        return reply
    if capabilities.forms == "opened" and capabilities.buttons:
        button = Button(reply.form.opens, f"{forms.OPEN} {outbox_id}")
        return replace(reply, form=None, buttons=(button, *reply.buttons))
    return replace(reply, form=None)


def _with_prefix(text: str, prefix: str) -> str:
    """Name commands the way they are given there; what is code, or a path, stays what it is."""
    from conversation.skills import UNLISTED, commands

    known = {command.name for command in commands(creator=True)} | UNLISTED

    def given(found: re.Match[str]) -> str:
        return f"`{prefix}{found[1]}" if found[1] in known else found[0]

    return "\n".join(line if code else _COMMAND.sub(given, line) for line, code, _ in _by_fence(text))


def _by_fence(text: str) -> Iterator[tuple[str, bool, str]]:
    """Give each line, whether it belongs to a block of code, and the fence that is open after it, "" for none."""
    fence = ""
    for line in text.split("\n"):
        code, found = bool(fence), _FENCE.fullmatch(line)
        if found and not code and not (found[1][0] == "`" and "`" in found[2]):
            code, fence = True, found[1]
        elif found and code and found[1].startswith(fence) and not found[2].strip():
            fence = ""
        yield line, code, fence


def _closed(text: str) -> str:
    """Give the text with its last block of code closed, so that what comes below is no code."""
    *_, (_, _, fence) = _by_fence(text)
    return f"{text}\n{fence}" if fence else text


def _with_chart(reply: Reply, capabilities: Capabilities) -> Reply:
    """Leave a chart to a channel that draws it or takes its picture; otherwise its numbers become a table."""
    if reply.chart is None or capabilities.charts or capabilities.files:
        return reply
    return with_table(reply, reply.chart)


def with_table(reply: Reply, chart: Chart) -> Reply:
    """Put the numbers of a chart below the text in its place."""
    return replace(reply, chart=None, text=f"{reply.text.rstrip()}\n\n{table(chart)}".lstrip())


def table(chart: Chart) -> str:
    """Write the numbers of a chart as a Markdown table."""
    head = ["", *(plain(series.name) for series in chart.series)]
    rows = [
        [plain(label), *(f"{series.values[at]:g}" for series in chart.series)] for at, label in enumerate(chart.labels)
    ]
    rule = ["---", *("---:" for _ in chart.series)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _short(button: Button, limit: int, outbox_id: UUID, tokens: dict[str, str]) -> Button:
    if button.url or (len(button.value.encode()) <= limit and not button.value.startswith(TOKEN)):
        return button
    digest = hashlib.sha256(f"{outbox_id} {button.value}".encode()).digest()
    token = TOKEN + base64.b32encode(digest[:20]).decode().lower()
    tokens[token] = button.value
    return replace(button, value=token)


def _in_words(reply: Reply) -> Reply:
    """Number what buttons would do, to be answered with the number."""
    numbered = [button for button in reply.buttons if not button.url]
    lines = [f"{number}\\. {plain(button.label)}" for number, button in enumerate(numbered, 1)]
    lines += [f"{plain(button.label)}: {button.url}" for button in reply.buttons if button.url]
    if not lines:
        return replace(reply, buttons=())
    return replace(reply, text=f"{_closed(reply.text.rstrip())}\n\n{_broken(lines)}".lstrip("\n"), buttons=())


def _broken(lines: Sequence[str]) -> str:
    """Join lines so that they stay lines, and no list goes on in them."""
    return "  \n".join(lines)

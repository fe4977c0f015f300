"""Putting a digest into words: by a language model where there is one, by rules where there is none or it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from conversation.citations import cite
from conversation.digests.content import Content, OpenQuestion
from conversation.digests.trying import Suggestion
from conversation.markdown import label, plain
from conversation.message import Button, Citation, Reply
from conversation.prompts import load_prompt
from conversation.sanitising import sanitise
from conversation.speech import LANGUAGES, Speech
from knowledge.db import Database
from knowledge.models import budget
from knowledge.models.errors import ModelError
from knowledge.models.port import AnswerRequest, ChatModel, Passage, Usage

LONGEST = 1000
"""Characters of what a model may write; the closing lines come on top."""
PATIENCE = 20.0
"""Seconds a model may take, so that a digest still comes within its minute."""
_LINE = 140
_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Material:
    """What a digest is made of: the content, one thing to try, the line that says why it came, and its language."""

    content: Content
    suggestion: Suggestion | None
    why: str
    speech: Speech

    @property
    def coach_name(self) -> str:
        """Who speaks: the coach of the conversation."""
        here = self.content.here
        return here.name if here else ""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes digests. `chat` is None where no language model is connected; each person has `daily_tokens` for it."""

    database: Database
    chat: ChatModel | None
    daily_tokens: int = 0

    async def write(self, user_id: UUID, material: Material) -> Reply:
        """Write a digest; no transaction is open while a model thinks."""
        reply = await self._by_model(user_id, material) or by_rules(material)
        text = sanitise(f"{reply.text}\n\n*{material.why}*")
        return replace(reply, text=text, buttons=_buttons(material), coach_name=material.coach_name)

    async def _by_model(self, user_id: UUID, material: Material) -> Reply | None:
        if self.chat is None or self.chat.offline:
            return None
        try:
            async with self.database.person(user_id) as connection:
                await budget.check(connection, self.daily_tokens)
            async with asyncio.timeout(PATIENCE):
                text = await self._ask(self.chat, user_id, material)
        except (ModelError, TimeoutError) as error:
            _log.warning("digest.by_rules", reason=getattr(error, "code", "late"))
            return None
        return _read(text, material)

    async def _ask(self, chat: ChatModel, user_id: UUID, material: Material) -> str:
        spent: list[Usage] = []
        try:
            async with aclosing(chat.stream(_request(material), spent.append)) as pieces:
                return "".join([piece async for piece in pieces])
        finally:
            async with self.database.person(user_id) as connection:
                for usage in spent:
                    await budget.spend(connection, usage)


def by_rules(material: Material) -> Reply:
    """Write a digest without a model."""
    cited = (material.suggestion.citation,) if material.suggestion else ()
    title = material.speech.say("**Your digest**")
    return Reply("\n\n".join([title, *_told(material), *_to_try(material)]), cited)


def _told(material: Material) -> Iterator[str]:
    """Tell what is new, open and planned, a paragraph each."""
    content, speech = material.content, material.speech
    lines = [_learned(speech, news.coach_name, news.title, news.topics) for news in content.news]
    more = content.news[0].total - len(content.news) if content.news else 0
    if more > 0:
        lines.append(speech.count("And {n} more source is new.", "And {n} more sources are new.", more))
    if lines:
        yield "\n".join(f"- {line}" for line in lines)
    for question in content.questions:
        yield _open(speech, question)
    if content.waiting:
        yield speech.say("I still owe you an answer to “{question}”. Please ask again.", question=_cut(content.waiting))
    for plan in content.plans:
        yield speech.say("You told me: “{quote}” Shall we go on with it?", quote=_cut(plan.quote))


def _learned(speech: Speech, coach: str, title: str, topics: list[str]) -> str:
    named = ", ".join(plain(label(topic)) for topic in topics[:3])
    if not named:
        return speech.say("**{coach}** has learned *{title}*.", coach=plain(coach), title=_cut(title))
    return speech.say(
        "**{coach}** has learned *{title}*: {topics}.", coach=plain(coach), title=_cut(title), topics=named
    )


def _open(speech: Speech, question: OpenQuestion) -> str:
    asked, coach = _cut(question.text), plain(question.coach_name)
    if question.taught:
        return speech.say("**{coach}** has been taught an answer to “{question}”.", coach=coach, question=asked)
    return speech.say("Still open: “{question}”. **{coach}** has no source for it yet.", coach=coach, question=asked)


def _to_try(material: Material) -> Iterator[str]:
    suggestion = material.suggestion
    if suggestion:
        yield material.speech.say(
            "One thing to try: {question} “{quote}” {mark}",
            question=_cut(suggestion.asked.question),
            quote=plain(suggestion.citation.quote),
            mark="[1]",
        )


def _buttons(material: Material) -> tuple[Button, ...]:
    speech, buttons = material.speech, list[Button]()
    taught = next((each for each in material.content.questions if each.taught), None)
    if taught:
        buttons.append(Button(speech.say("Ask again"), f"/ask {taught.coach_id} {taught.text}"))
    if material.suggestion:
        asked = material.suggestion.asked
        buttons.append(Button(speech.say("Try it"), f"/ask {asked.coach_id} {asked.question}"))
    buttons.append(Button(speech.say("Snooze"), "/digest snooze"))
    buttons.append(Button(speech.say("Settings"), "/digest"))
    return tuple(buttons)


def _request(material: Material) -> AnswerRequest:
    """Ask for the digest: passage 1 is the one to quote, the others are what there is to tell."""
    suggestion = material.suggestion
    first = [Passage(1, suggestion.citation.title, "", suggestion.citation.quote)] if suggestion else []
    english = replace(material, speech=Speech())
    told = [*_told(english), *([f"One thing to try: {suggestion.asked.question}"] if suggestion else [])]
    passages = (Passage(number, "material of the digest", "", text) for number, text in enumerate(told, 2))
    language = LANGUAGES.get(material.speech.language, LANGUAGES["en"])
    return AnswerRequest(
        instructions=load_prompt("digest", coach_name=material.coach_name or "EverMynd", language=language),
        history=(),
        question=f"Write my digest, in {language}.",
        standalone="",
        passages=(*first, *passages),
        memory=(),
        coach_name=material.coach_name,
    )


def _read(text: str, material: Material) -> Reply | None:
    """Take what the model wrote, with its citation; None if it is empty, too long, or leaves the thing to try out."""
    suggestion = material.suggestion
    quoted = [_Quoted(suggestion.citation)] if suggestion else []
    written, citations = cite(text.strip(), quoted)
    if not written or len(written) > LONGEST:
        return None
    if suggestion and not citations:
        written, citations = "\n\n".join([written, *_to_try(material)]), (suggestion.citation,)
    return Reply(written, citations)


class _Quoted:
    """The sentence to try, as a source that `cite` finds quotations in."""

    def __init__(self, citation: Citation) -> None:
        self.document_id, self.version = citation.document_id, citation.version
        self.title, self.start, self.text = citation.title, citation.start, citation.quote
        self.page_label, self.heading_path = citation.place, ()


def _cut(text: str) -> str:
    return plain(label(text, _LINE))

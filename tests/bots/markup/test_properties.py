"""For any Markdown and any Unicode: the parts say all of it, and a platform takes each of them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from random import Random

import pytest

from bots.markup import Flat, flatten, length, split, to_units
from bots.markup.flat import end_of, is_blank
from bots.markup.graphemes import is_border
from conversation.channel import Entity
from tests.bots.markup.writings import document, noise, words

TELEGRAM = 4096
LIMITS = (8, 40, 160, 600, TELEGRAM)
EXACT = ("code", "pre")
ALONE = (*EXACT, "text_link")
BATCHES, EACH = 10, 200


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311


def holds(outer: Entity, inner: Entity) -> bool:
    return outer.offset <= inner.offset and end_of(inner) <= end_of(outer)


def may_hold(outer: str, inner: str) -> bool:
    """Say what Telegram lets stand in what: https://core.telegram.org/bots/api#messageentity."""
    if outer in EXACT or inner in EXACT:
        return outer == "blockquote"
    return not (outer == inner == "blockquote" or (outer in ALONE and inner in (*ALONE, "blockquote")))


def is_placed(entity: Entity, text: str) -> bool:
    """Say whether an entity is in range and formats something."""
    inside = entity.offset >= 0 and entity.length > 0 and end_of(entity) <= len(text)
    is_link = entity.value.startswith(("http", "tg"))
    return inside and not is_blank(text[entity.offset : end_of(entity)]) and (entity.kind != "text_link" or is_link)


def may_overlap(one: Entity, other: Entity) -> bool:
    """Say whether one may stand in the other, one way round."""
    outer, inner = (one, other) if holds(one, other) else (other, one)
    if not holds(outer, inner):
        return False
    return may_hold(outer.kind, inner.kind) or (may_hold(inner.kind, outer.kind) and holds(inner, outer))


def misplaced(text: str, entities: tuple[Entity, ...]) -> Iterator[object]:
    """Find entities that are out of order or range, or not nested as Telegram demands."""
    if list(entities) != sorted(entities, key=lambda entity: entity.offset):
        yield entities
    yield from (entity for entity in entities if not is_placed(entity, text))
    for place, one in enumerate(entities):
        for other in entities[place + 1 :]:
            if other.offset >= end_of(one):
                break
            if not may_overlap(one, other):
                yield one, other


def is_whole(flat: Flat, parts: tuple[Flat, ...]) -> bool:
    """Say whether the parts, joined, are the text; only a blank one has none."""
    if not parts:
        return is_blank(flat.text)
    return "".join(part.before + part.text + part.after for part in parts) == flat.text and not is_blank(flat.text)


def is_neat(part: Flat) -> bool:
    """Say whether a part begins and ends with something to be seen, or with code."""
    indented = any(entity.kind == "pre" and not entity.offset for entity in part.entities)
    return (
        not is_blank(part.text)
        and is_blank(part.before)
        and is_blank(part.after)
        and part.text == part.text.rstrip()
        and (indented or not part.text[0].isspace())
    )


def refused(part: Flat, limit: int) -> Iterator[object]:
    """Find what keeps a part from being sent."""
    units = part.text.encode("utf-16-le")
    if not length(part.text, "utf16") == len(units) // 2 <= limit or len(part.entities) > 100:
        yield len(units) // 2, len(part.entities)
    if not is_neat(part):
        yield part
    yield from misplaced(part.text, part.entities)
    for entity, counted in zip(part.entities, to_units(part, "utf16"), strict=True):
        start, end = counted.offset * 2, (counted.offset + counted.length) * 2
        if units[start:end].decode("utf-16-le") != part.text[entity.offset : end_of(entity)]:
            yield entity, counted


def cut_characters(flat: Flat, parts: tuple[Flat, ...]) -> Iterator[int]:
    """Find where a part ends within a character although it holds the end of one."""
    at = 0
    for part in parts:
        start = at + len(part.before)
        end = start + len(part.text)
        at = end + len(part.after)
        whole = is_border(flat.text, end, start)
        if not whole and any(is_border(flat.text, place, start) for place in range(start + 1, end)):
            yield end


def formatting(flat: Flat) -> list[tuple[str, frozenset[tuple[str, str]]]]:
    """Give every visible character with what it is formatted by."""
    over: list[set[tuple[str, str]]] = [set() for _ in flat.text]
    for entity in flat.entities:
        for place in range(entity.offset, end_of(entity)):
            over[place].add((entity.kind, entity.value))
    return [
        (character, frozenset(kinds))
        for character, kinds in zip(flat.text, over, strict=True)
        if not is_blank(character)
    ]


@pytest.mark.parametrize("batch", range(BATCHES))
def test_any_text_in_parts_is_whole_and_can_be_sent(batch: int):
    for seed in range(batch * EACH, (batch + 1) * EACH):
        random = seeded(seed)
        flat = flatten(random.choice((document, noise))(random))
        assert list(misplaced(flat.text, flat.entities)) == [], seed
        limit = random.choice(LIMITS)
        parts = split(
            flat, limit, headroom=random.choice((0, 0, limit // 4)), first_limit=random.choice((None, limit // 2))
        )
        assert is_whole(flat, parts), seed
        assert [fault for part in parts for fault in refused(part, limit)] == [], seed
        assert list(cut_characters(flat, parts)) == [], seed


@pytest.mark.parametrize("seed", range(40))
def test_every_character_keeps_its_formatting_in_its_part(seed: int):
    flat = flatten(document(seeded(seed)))
    parts = split(flat, 120, most_entities=10_000)
    assert [each for part in parts for each in formatting(part)] == formatting(flat)


@pytest.mark.parametrize("seed", range(200))
def test_no_word_of_a_document_is_lost(seed: int):
    random, written = seeded(seed), list[str]()

    def word(random: Random) -> str:
        written.append(f"w{len(written)}x")
        return written[-1]

    text = flatten(document(random, word)).text
    assert set(re.findall(r"w\d+x", text)) == set(written)


@pytest.mark.parametrize("seed", range(100))
def test_the_last_part_leaves_room(seed: int):
    random = seeded(seed)
    limit, headroom = random.choice(((60, 20), (400, 100), (400, 390)))
    parts = split(flatten(document(random)), limit, headroom=headroom)
    assert not parts or length(parts[-1].text, "utf16") <= limit - headroom


@pytest.mark.parametrize("seed", range(50))
def test_a_first_part_can_be_shorter(seed: int):
    random = seeded(seed)
    parts = split(Flat(words(random, 400)), 100, first_limit=30)
    assert not parts or length(parts[0].text, "utf16") <= 30


NASTY = {
    "quotes": ">" * 10_000 + " x",
    "quoted lines": (">" * 200 + "x\n") * 1000,
    "lists": "- " * 10_000 + "x",
    "nested lists": "\n".join("  " * depth + "- x" for depth in range(440)),
    "quoted lists": "> - " * 10_000 + "x",
    "brackets": "[" * 10_000 + "x" + "]" * 10_000,
    "links": "[" * 10_000 + "x" + "](http://a.b)" * 10_000,
    "images": "![" * 10_000,
    "emphasis": "*a **b " * 10_000 + "** *" * 10_000,
    "stars": "**" * 20_000 + "x" + "**" * 20_000,
    "strikes": "~~a " * 50_000,
    "ticks": "".join("`" * width + " " for width in range(600)),
    "fences": "```\nx\n" * 30_000,
    "cells": "|" + "a|" * 5_000 + "\n|" + "-|" * 5_000 + "\n" + "|x\n" * 5_000,
    "blanks": "x" + " " * 200_000 + "y",
    "lines": "x\n" * 100_000,
    "empty lines": "\n" * 200_000,
    "blank code": "```\nx" + "\n" * 100_000 + " " * 100_000 + "y\n```",
    "one word": "x" * 200_000,
    "one mark": "a" + "\u0301" * 200_000,
    "unseen": "\u200b" * 200_000 + "x" + "\u2060" * 100_000,
    "flags": "🇩🇪" * 100_000,
    "families": "👨‍👩‍👧‍👦" * 28_000,
    "joined": "👩\u200d" * 100_000,
    "conjuncts": "क्" * 100_000,
    "much bold": "**b** " * 33_000,
    "much code": "`a` b " * 33_000,
    "many headings": "# x\n" * 50_000,
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_text_is_done_quickly(name: str):
    began = time.process_time()
    flat = flatten(NASTY[name])
    parts = split(flat, TELEGRAM)
    assert time.process_time() - began < 20
    assert is_whole(flat, parts)
    assert [fault for part in parts for fault in refused(part, TELEGRAM)] == []

"""A coach's card: the emoji it is shown with, the name a link carries, and what a chat may show of it."""

from __future__ import annotations

import re
import unicodedata
import zlib

from conversation.coaches.store import Coach
from conversation.speech import Speech
from conversation.turn import CoachCard

AVATARS = tuple("🦉🦊🐢🐘🦁🐬🦜🐝🌻🌵🍀🌊🔭🎻🎨🧵🪁🧩🏔🚲🛶🏮🪴🌙")
_LONGEST = 16
"""Code points of an avatar; a family of four with skin tones has eleven."""
_JOINTS = {"\u200d", "\ufe0f", "\u20e3"}


def avatar(coach: Coach) -> str:
    """Give the emoji its creator chose, or the one that goes with its name."""
    return coach.avatar or by_name(coach.name)


def by_name(name: str) -> str:
    """Give the emoji that goes with a name."""
    return AVATARS[zlib.crc32(name.lower().encode()) % len(AVATARS)]


def to_avatar(text: str) -> str | None:
    """Read an emoji that may be an avatar; None for anything else."""
    given = text.strip()
    fits = 0 < len(given) <= _LONGEST and any(_is_picture(sign) for sign in given)
    return given if fits and all(_is_picture(sign) or sign in _JOINTS for sign in given) else None


def to_name(text: str) -> str:
    """Bring what somebody typed as a name onto one line, without quotation marks around it and invisible signs."""
    shown = "".join(
        sign if sign.isprintable() or sign in _JOINTS else " " for sign in unicodedata.normalize("NFC", text)
    )
    return " ".join(shown.split()).strip(" “”„«»\"'.,")


def slug(name: str) -> str:
    """Write a name the way a link carries it: `Tea Master` is `tea-master`."""
    plain = unicodedata.normalize("NFKD", name.lower())
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def about(speech: Speech, coach: Coach | CoachCard) -> str:
    """Give what it says of itself: its creator's words, the guide's in the person's language."""
    if not coach.guide:
        return coach.description
    return speech.say("I know my way around EverMynd: coaches, teaching them, citations, your data, and running a hub.")


def to_card(coach: Coach) -> CoachCard:
    """Give what a turn knows of the coach that answers it."""
    return CoachCard(
        coach_id=coach.coach_id,
        name=coach.name,
        description=coach.description,
        persona=coach.persona,
        own=coach.own,
        guide=coach.guide,
        published=coach.published,
        documents=coach.documents,
        topics=coach.topics,
        avatar=avatar(coach),
    )


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) in {"So", "Sk"} and not sign.isascii()

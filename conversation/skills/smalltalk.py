"""Small talk: greetings, thanks, "who are you?", "what can you do?", answered as the coach."""

from __future__ import annotations

import re

from conversation.message import Button, Reply
from conversation.skills.reading import Reading
from conversation.skills.skill import Command
from conversation.state import Services
from conversation.turn import Outcome, Turn

_KINDS: dict[str, tuple[str, ...]] = {
    "greeting": (
        r"(?:hi+|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings)"
        r"(?:[ ,]+(?:there|all|everyone|friend|coach|you))?",
    ),
    "wellbeing": (r"(?:(?:hi|hello|hey)[ ,]+)?how are you(?: doing)?(?: today)?", r"how(?: is|'s) it going"),
    "thanks": (
        r"(?:(?:ok(?:ay)?|great|perfect|cool),? )?(?:many thanks|thank you|thanks|thx|ty|cheers)"
        r"(?: (?:so much|a lot|very much|for (?:that|this|your help|the help|everything|the answer)))*",
    ),
    "praise": (
        r"(?:that(?:'s| is| was) )?(?:great|perfect|awesome|cool|nice|wonderful|excellent|(?:very )?helpful)",
        r"(?:that(?:'s| is| was) (?:a )?)?good (?:answer|job)|well done|ok(?:ay)?|got it|i see",
    ),
    "farewell": (r"good ?bye|bye(?: bye)?|see you(?: later)?|good night|take care",),
    "identity": (
        r"(?:so,? )?(?:who|what) are you(?: really| exactly)?|what(?:'s| is) your name",
        r"are you (?:a )?(?:bot|human|robot|an ai|ai|real)|tell me about yourself|introduce yourself",
    ),
    "abilities": (
        r"what (?:can|do) you (?:do|know|offer|know about)(?: for me)?|how can you help(?: me)?|help me",
        r"what can i ask(?: you)?(?: about)?|what are you good at|what topics do you (?:know|cover)",
    ),
}


class SmallTalkSkill(Reading):
    """Takes messages that are small talk as a whole; a question that merely begins politely is a question."""

    name = "small talk"
    commands: tuple[Command, ...] = ()

    def matches(self, turn: Turn) -> bool:
        """Take what has no topic of its own."""
        return kind_of(turn.text) is not None

    async def run(self, turn: Turn, services: Services) -> Outcome:
        """Answer in kind."""
        return Outcome((_reply(kind_of(turn.text) or "greeting", turn),))


def kind_of(text: str) -> str | None:
    """Tell which kind of small talk a message is; None if it has a topic."""
    plain = re.sub(r"[^\w\s',]", " ", text.lower().replace("’", "'"))
    plain = " ".join(plain.split()).strip(" ,'")
    if not plain:
        return "wordless"
    return next((kind for kind, patterns in _KINDS.items() if any(re.fullmatch(p, plain) for p in patterns)), None)


def _reply(kind: str, turn: Turn) -> Reply:
    coach, name = turn.coach, _name(turn)
    known = _topics(turn)
    said = {
        "greeting": f"Hello{name}! I am {coach.name}. {known} What would you like to know?",
        "wellbeing": f"I am well, thank you{name}. {known} What can I look up for you?",
        "thanks": f"You are welcome{name}. Ask on whenever you like.",
        "praise": "Good. Ask on whenever you like.",
        "farewell": f"Goodbye{name}. This conversation stays here for you.",
        "identity": f"I am **{coach.name}**, a coach on EverMynd: an AI persona, not a human. {coach.description} "
        f"I answer from what I was taught and show the passage behind each answer. {known}",
        "abilities": f"{known} Ask in your own words; each answer carries numbered marks that open the passage "
        "it rests on. I remember what you tell me about yourself (`/me` shows it, `/forget` removes it).",
        "wordless": f"I can only read words. {known} What would you like to know?",
    }[kind]
    buttons = (Button("What can I do here?", "/help"),) if kind in {"identity", "abilities", "wordless"} else ()
    return Reply(" ".join(said.split(" ")).replace("  ", " "), buttons=buttons, coach_name=coach.name)


def _name(turn: Turn) -> str:
    told = (
        next((fact.object for fact in reversed(turn.memory) if fact.predicate == "is called"), "")
        if turn.direct
        else ""
    )
    return f" {told}" if told else ""


def _topics(turn: Turn) -> str:
    coach = turn.coach
    if coach.guide:
        return "Ask me how things work here: coaches, teaching them, citations, your data, running a hub."
    if not coach.documents:
        return "I have not been taught anything yet."
    sources = "1 source" if coach.documents == 1 else f"{coach.documents} sources"
    if not coach.topics:
        return f"I know {sources}."
    return f"I know {sources}, about {', '.join(coach.topics[:5])}."

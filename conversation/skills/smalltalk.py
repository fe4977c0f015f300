"""Small talk: greetings, thanks, "who are you?", "what can you do?", answered as the coach."""

from __future__ import annotations

import re

from conversation.coaches import cards
from conversation.markdown import plain, sentence
from conversation.message import Button, Reply
from conversation.skills.reading import Reading
from conversation.skills.skill import Command
from conversation.state import Services
from conversation.turn import Outcome, Turn

_KINDS: dict[str, tuple[str, ...]] = {
    "greeting": (
        r"(?:hi+|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings)"
        r"(?:[ ,]+(?:there|all|everyone|friend|coach|you))?",
        r"hallo|guten (?:tag|morgen|abend)|hola|buenos días|buenas (?:tardes|noches)|привет|здравствуй(?:те)?"
        r"|добрый (?:день|вечер)|доброе утро|नमस्ते|नमस्कार",
    ),
    "wellbeing": (r"(?:(?:hi|hello|hey)[ ,]+)?how are you(?: doing)?(?: today)?", r"how(?: is|'s) it going"),
    "thanks": (
        r"(?:(?:ok(?:ay)?|great|perfect|cool),? )?(?:many thanks|thank you|thanks|thx|ty|cheers)"
        r"(?: (?:so much|a lot|very much|for (?:that|this|your help|the help|everything|the answer)))*",
        r"(?:vielen )?dank(?:e(?: schön)?)?|(?:muchas )?gracias|(?:большое )?спасибо|धन्यवाद|शुक्रिया",
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

_ABOUT_ITSELF = {"identity", "abilities", "wordless"}


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
    plain = re.sub(r"[^\w\s',\u0900-\u0903\u093a-\u094f]", " ", text.lower().replace("’", "'"))
    plain = " ".join(plain.split()).strip(" ,'")
    if not plain:
        return "wordless"
    return next((kind for kind, patterns in _KINDS.items() if any(re.fullmatch(p, plain) for p in patterns)), None)


def _reply(kind: str, turn: Turn) -> Reply:
    buttons = (Button(turn.say("What can I do here?"), "/help"),) if kind in _ABOUT_ITSELF else ()
    text = " ".join(filter(None, _said(kind, turn)))
    return Reply(text, buttons=buttons, coach_name=turn.coach.name)


def _said(kind: str, turn: Turn) -> tuple[str, ...]:
    """Give the sentences that answer small talk."""
    coach, known = plain(turn.coach.name), _topics(turn)
    match kind:
        case "greeting":
            hello = (_hello(turn), turn.say("I am {coach}.", coach=coach))
            return (*hello, known, turn.say("What would you like to know?"))
        case "wellbeing":
            return (turn.say("I am well, thank you."), known, turn.say("What can I look up for you?"))
        case "thanks":
            return (turn.say("You are welcome. Ask on whenever you like."),)
        case "praise":
            return (turn.say("Good. Ask on whenever you like."),)
        case "farewell":
            return (turn.say("Goodbye. This conversation stays here for you."),)
        case "identity":
            who = turn.say("I am **{coach}**, a coach on EverMynd: an AI persona, not a human.", coach=coach)
            how = turn.say("I answer from what I was taught and show the passage behind each answer.")
            return (who, sentence(cards.about(turn.speech, turn.coach)), how, known)
        case "abilities":
            return (known, _how(turn))
        case _:
            return (turn.say("I can only read words."), known, turn.say("What would you like to know?"))


def _hello(turn: Turn) -> str:
    told = (
        next((fact.object for fact in reversed(turn.memory) if fact.predicate == "is called"), "")
        if turn.direct
        else ""
    )
    return turn.say("Hello {name}!", name=plain(told)) if told else turn.say("Hello!")


def _how(turn: Turn) -> str:
    if turn.coach_bound:
        return turn.say(
            "Ask in your own words; each answer carries numbered marks that open the passage it rests on. I "
            "remember what you tell me about yourself (`/forget` removes it)."
        )
    return turn.say(
        "Ask in your own words; each answer carries numbered marks that open the passage it rests on. I "
        "remember what you tell me about yourself (`/me` shows it, `/forget` removes it)."
    )


def _topics(turn: Turn) -> str:
    coach = turn.coach
    if coach.guide:
        return turn.say("Ask me how things work here: coaches, teaching them, citations, your data, running a hub.")
    if not coach.documents:
        return turn.say("I have not been taught anything yet.")
    if not coach.topics:
        return turn.count("I know {n} source.", "I know {n} sources.", coach.documents)
    topics = ", ".join(plain(topic) for topic in coach.topics[:5])
    return turn.count(
        "I know {n} source, about {topics}.", "I know {n} sources, about {topics}.", coach.documents, topics=topics
    )

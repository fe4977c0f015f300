"""What is said about linking, in the chat where the code was made and in the one where it was typed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from babel.dates import format_date

from conversation import outbox
from conversation.markdown import label, plain
from conversation.message import Button, Reply
from conversation.people import linking
from conversation.people.linking import Answer, Join, Refusal, Side
from conversation.people.parting import Link
from conversation.speech import Speech
from knowledge.db import Connection, Database, load_queries

_SQL = load_queries("conversation.people", "linking.sql")
_PRODUCTS = {"telegram": "Telegram", "slack": "Slack", "teams": "Microsoft Teams"}


def channel_name(speech: Speech, channel: str) -> str:
    """Say what people call a channel."""
    return speech.say("the web chat") if channel == "web" else _PRODUCTS.get(channel, channel.title())


def date(speech: Speech, moment: datetime) -> str:
    """Write a day as the language writes it."""
    return format_date(moment, "long", locale=speech.locale)


def line(speech: Speech, link: Link) -> str:
    """Write one place of a list."""
    values = {"channel": channel_name(speech, link.channel), "date": date(speech, link.since)}
    if not link.name:
        return speech.say("{channel}, since {date}", **values)
    return speech.say("{channel}: {name}, since {date}", name=plain(link.name), **values)


def listing(speech: Speech, links: list[Link], joins: list[Join]) -> Reply:
    """List where a person is known, with what can be done about it."""
    lines = "\n".join(f"- {line(speech, link)}" for link in links)
    buttons = [Button(speech.say("Get a code"), "/link new")]
    for link in links if len(links) > 1 else []:
        name = f"{channel_name(speech, link.channel)} {link.name}".strip()
        buttons.append(Button(speech.say("Unlink {name}", name=label(name, 30)), f"/unlink {link.key}"))
    buttons += [undo_button(speech, join) for join in joins]
    return Reply(speech.say("You are one person in these places:") + f"\n\n{lines}", buttons=tuple(buttons))


def undo_button(speech: Speech, join: Join) -> Button:
    """Offer to undo a joining."""
    return Button(speech.say("Undo the link"), f"/link undo {join.join_id}")


def code(speech: Speech, made: str, address: str, *, web: bool) -> Reply:
    """Tell a code, and the way to Telegram where there is a bot; on the web with a picture to scan."""
    shown = linking.shown(made)
    text = speech.say(
        "Your code is **{code}**, good for ten minutes. In the other chat, send `/link {code}`. Then I ask here "
        "whether it was you.",
        code=shown,
    )
    if not address:
        return Reply(text)
    onward = speech.say("Open Telegram")
    if not web:
        return Reply(text, buttons=(Button(onward, "", address),))
    scan = speech.say("For Telegram, scan this with your phone:")
    label = speech.say("QR code that opens Telegram")
    picture = f"![{label}](/account/link/qr/{made}.svg)"
    return Reply("\n\n".join([text, scan, picture, f"[{onward}](/account/link/open/{made})"]))


def sure(speech: Speech, made: str) -> Reply:
    """Ask whoever tapped a link with a code whether they made it: anybody can send such a link to anybody."""
    text = speech.say(
        "Shall I make you one person with whoever made this link? They then see your threads and what I remember of "
        "you. Say yes only if you made it yourself, in another chat, a moment ago."
    )
    return Reply(text, buttons=(Button(speech.say("Yes, I made it"), f"/link {made}"),))


def refused(speech: Speech, refusal: Refusal) -> str:
    """Say kindly what is wrong with a code."""
    match refusal:
        case "own":
            return speech.say("This is your own code. Send it in the other chat, the one you want to link.")
        case "used":
            return speech.say("This code was used already. Get a new one with `/link` in the other chat.")
        case "expired":
            return speech.say("This code is older than ten minutes. Get a new one with `/link` in the other chat.")
        case "accounts":
            return speech.say(
                "Both sides have an account on the web, and two accounts cannot become one. Delete one of them on its "
                "profile page first, then link again."
            )
        case "group":
            return speech.say("A group cannot be linked with a person.")
        case "unknown":
            return speech.say(
                "I do not know this code. Please check it, or get a new one with `/link` in the other chat."
            )


def waiting(speech: Speech, join: Join) -> str:
    """Tell who typed a code what comes next."""
    where = channel_name(speech, join.here.channel)
    if not join.here.name:
        return speech.say("Thank you. Now say yes in {channel}: I have asked there whether it was you.", channel=where)
    return speech.say(
        "Thank you. Now say yes in {channel}: I have asked {name} there whether it was you.",
        channel=where,
        name=plain(join.here.name),
    )


def question(speech: Speech, join: Join) -> Reply:
    """Ask on the first channel whether it was them."""
    text = speech.say(
        "Somebody typed your code: **{name}** in {channel}. Is that you? With a yes you are one person in both places: "
        "what I remember of you joins, threads stay where they are.",
        name=_named(speech, join.there),
        channel=channel_name(speech, join.there.channel),
    )
    yes = Button(speech.say("Yes, that is me"), f"/link yes {join.join_id}")
    return Reply(text, buttons=(yes, Button(speech.say("No"), f"/link no {join.join_id}")))


def choice(speech: Speech, join: Join) -> Reply:
    """Ask what to keep where both sides remember something."""
    here, there = keeping(speech, join)
    buttons = (
        Button(speech.say("Both"), f"/link keep both {join.join_id}"),
        Button(here, f"/link keep here {join.join_id}"),
        Button(there, f"/link keep there {join.join_id}"),
    )
    return Reply(speech.say("I remember something of you in both places. What shall I keep?"), buttons=buttons)


def keeping(speech: Speech, join: Join) -> tuple[str, str]:
    """Name the memory of each side."""
    here, there = (channel_name(speech, side.channel) for side in (join.here, join.there))
    if here == there:
        return speech.say("Only what is known here"), speech.say("Only what the other chat knows")
    return (
        speech.say("Only what {channel} knows", channel=here),
        speech.say("Only what {channel} knows", channel=there),
    )


def answered(speech: Speech, join: Join, answer: Answer) -> Reply:
    """Say what came of the question."""
    match answer:
        case "joined":
            return joined(speech, join)
        case "choose":
            return choice(speech, join)
        case "refused":
            return Reply(speech.say("All right, nothing was linked."))
        case "late":
            return Reply(speech.say("That was a while ago. Please get a new code with `/link`."))
        case "accounts":
            return Reply(refused(speech, "accounts"))
        case "settled" | "nobody":
            return Reply(speech.say("That question is no longer open."))


def joined(speech: Speech, join: Join) -> Reply:
    """Say that two are one now, and how to undo it."""
    text = speech.say(
        "Done: {here} and {there} are one person now. What I remember is the same in both, threads stay where they "
        "are. For a day this can be undone.",
        here=place(speech, join.here.channel, join.here.name),
        there=place(speech, join.there.channel, join.there.name),
    )
    return Reply(text, buttons=(undo_button(speech, join),))


async def tell(database: Database, conversation_id: UUID | None, key: str, words: str, join: Join) -> None:
    """Say something about a joining in the other chat, once, in the language spoken there."""
    if conversation_id is None:
        return
    async with database.system() as connection:
        speech, coach = await _listener(connection, conversation_id)
        reply = {"question": question, "joined": joined, "refused": _no}[words](speech, join)
        said = Reply(reply.text, buttons=reply.buttons, coach_name=coach)
        await outbox.append(connection, conversation_id, f"link:{join.join_id}:{key}", said, "proactive")
        await outbox.notify(connection)


def _no(speech: Speech, join: Join) -> Reply:
    return Reply(
        speech.say("In {channel} they said that this was not them.", channel=channel_name(speech, join.here.channel))
    )


async def _listener(connection: Connection, conversation_id: UUID) -> tuple[Speech, str]:
    row = await (await connection.execute(_SQL["say_to"], {"conversation_id": conversation_id})).fetchone()
    return (Speech(row["language"]), row["coach_name"]) if row else (Speech(), "")


def _named(speech: Speech, side: Side) -> str:
    return plain(side.name) or speech.say("somebody without a name")


def place(speech: Speech, channel: str, name: str) -> str:
    """Name a place in a sentence: Telegram (Ada)."""
    where = channel_name(speech, channel)
    return f"{where} ({plain(name)})" if name else where

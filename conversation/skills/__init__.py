"""Skills: what a coach can do besides answering. One module each, one line below."""

from conversation.bots import token_in
from conversation.skills.bot import BotSkill
from conversation.skills.card import CardSkill
from conversation.skills.coaches import CoachesSkill
from conversation.skills.creator import CreatorSkill
from conversation.skills.digest import DigestSkill
from conversation.skills.export import ExportSkill
from conversation.skills.forget import ForgetSkill
from conversation.skills.form import FormSkill
from conversation.skills.help import HelpSkill
from conversation.skills.invitation import InvitationSkill
from conversation.skills.language import LanguageSkill
from conversation.skills.link import LinkSkill, brings_code
from conversation.skills.me import MeSkill
from conversation.skills.new import NewSkill
from conversation.skills.passage import PassageSkill
from conversation.skills.publish import PublishSkill
from conversation.skills.skill import Command, Skill
from conversation.skills.smalltalk import SmallTalkSkill
from conversation.skills.sources import SourcesSkill
from conversation.skills.stale import StaleSkill
from conversation.skills.start import StartSkill
from conversation.skills.stats import StatsSkill
from conversation.skills.teach import TeachSkill
from conversation.skills.unknown import UnknownCommandSkill
from conversation.skills.unlink import UnlinkSkill
from conversation.turn import Turn

SKILLS: tuple[Skill, ...] = (
    InvitationSkill(),
    StaleSkill(),
    FormSkill(),
    TeachSkill(),
    PassageSkill(),
    StartSkill(),
    HelpSkill(),
    CoachesSkill(),
    NewSkill(),
    CreatorSkill(),
    CardSkill(),
    SourcesSkill(),
    PublishSkill(),
    StatsSkill(),
    BotSkill(),
    DigestSkill(),
    LinkSkill(),
    UnlinkSkill(),
    MeSkill(),
    LanguageSkill(),
    ExportSkill(),
    ForgetSkill(),
    SmallTalkSkill(),
    UnknownCommandSkill(),
)

UNLISTED = frozenset({"stop", "unpublish", "unlink", "learn", "teach", "card"})
"""Commands that no menu shows and people type, because sentences or the handbook tell of them, or as our buttons do."""


def route(turn: Turn) -> Skill | None:
    """Choose the skill a message is meant for; None leaves it to the coach's knowledge."""
    if token_in(turn.message.text):  # before all others: whatever reads a token keeps it
        return by_name("bot")
    if not turn.person.roles:
        return by_name("link" if brings_code(turn) else "invitation")
    if _answers(turn):
        return by_name(turn.expects.partition(":")[0])
    return next((skill for skill in SKILLS if skill.matches(turn)), None)


def _answers(turn: Turn) -> bool:
    """Tell whether a message is what a skill asked for; a question is none, unless it describes a coach."""
    if not turn.expects or turn.text.startswith("/") or turn.message.attachments or turn.message.action:
        return False
    asks = turn.text.endswith("?") and "\n" not in turn.text
    return not asks or turn.expects.startswith(("card:about", "card:tone"))


def by_name(name: str) -> Skill:
    """Find a skill by its name; the unknown command's is the last resort."""
    return next((skill for skill in SKILLS if skill.name == name), SKILLS[-1])


def commands(*, creator: bool, bound: bool = False) -> list[Command]:
    """List the commands a person is offered; in a bot that is `bound` to one coach those of the hub are left out."""
    offered = [command for skill in SKILLS for command in skill.commands if creator or not command.creators]
    return [command for command in offered if not (bound and command.of_hub)]

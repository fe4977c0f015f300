"""Who is in the demonstration, and what their coaches are taught."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

PASSWORD = "seven teapots on a shelf"  # noqa: S105 everybody may know it: it is printed at the end


@dataclass(frozen=True, slots=True)
class Taught:
    """A coach of the demonstration and the documents it learns from."""

    name: str
    description: str
    persona: str
    documents: tuple[str, ...]
    published: bool

    @property
    def coach_id(self) -> UUID:
        """The same id on every hub."""
        return uuid5(NAMESPACE_URL, f"seed:{self.name}")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of the demonstration."""

    email: str
    name: str
    coaches: tuple[Taught, ...] = ()


PEOPLE = (
    Actor(
        "mei@example.com",
        "Mei Tanaka",
        (
            Taught(
                "Tea Master",
                "Brewing, water, keeping tea: ask me about your next cup.",
                "Calm and exact. Gives the number first, then the reason.",
                ("tea-brewing-guide.md", "keeping-tea.md"),
                published=True,
            ),
        ),
    ),
    Actor(
        "jonas@example.com",
        "Jonas Weber",
        (
            Taught(
                "Home Network",
                "Your router, your wireless and your backups, explained for people who have other things to do.",
                "Friendly and practical. Starts with the check that takes least time.",
                ("home-network-handbook.md", "home-backup-plan.md"),
                published=True,
            ),
            Taught(
                "Bicycle Workshop",
                "What a bicycle needs, and when. Still private: only its creator sees it.",
                "Hands-on. Names the tool and the measure.",
                ("bicycle-care.md",),
                published=False,
            ),
        ),
    ),
    Actor("amara@example.com", "Amara Okafor"),
)

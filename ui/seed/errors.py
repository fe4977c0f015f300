"""Why the demonstration is not added.

UiError
└── SeedRefused
    ├── HasPeople      the hub has accounts of its own
    └── IsPublic       the hub has an address that others reach
"""

from ui.errors import UiError
from ui.settings import variable


class SeedRefused(UiError):
    """The demonstration does not belong on this hub."""

    code = "seed"


class HasPeople(SeedRefused):
    """The hub has accounts of its own; `number` counts them."""

    code = "seed_has_people"

    def __init__(self, number: int) -> None:
        who = "an account of its own" if number == 1 else f"{number} accounts of its own"
        super().__init__(f"this hub has {who}: use --force to add the demonstration beside them")
        self.number = number


class IsPublic(SeedRefused):
    """The hub has an address that others reach."""

    code = "seed_is_public"

    def __init__(self) -> None:
        super().__init__(
            f"{variable('public_url')} is set, and everybody knows the demonstration's password: "
            "add it to a hub of your own, or use --force"
        )

"""What can go wrong with a model.

HubError
└── ModelError
    ├── ModelUnavailable   down, too slow, or it stopped in the middle of an answer
    ├── RateLimited        too many requests; `retry_after` says for how long (seconds)
    ├── Unauthorised       the key is missing, wrong or may not use this model
    ├── InvalidOutput      an answer that does not have the shape it was asked for
    ├── NoWords            nothing can be understood in a recording
    ├── RecordingTooLarge  a recording is larger than the endpoint takes
    └── BudgetSpent        the person's tokens of today are used up until `resets_at`
"""

from datetime import datetime

from knowledge.errors import HubError


class ModelError(HubError):
    """Root of this package's errors."""

    code = "model"


class ModelUnavailable(ModelError):
    """The model did not answer in time, or not to the end; `part` is what had arrived."""

    code = "model_unavailable"

    def __init__(self, reason: str = "", part: str = "") -> None:
        if part:
            super().__init__("The language model stopped in the middle of its answer. Please ask again.")
        else:
            super().__init__("The language model does not answer at the moment. Please try again in a minute.")
        self.reason = reason
        self.part = part


class RateLimited(ModelError):
    """The model asks us to slow down; `retry_after` is in seconds."""

    code = "model_rate_limited"

    def __init__(self, retry_after: float) -> None:
        super().__init__(
            "The language model is very busy. Please try again in {seconds} seconds.",
            seconds=max(1, round(retry_after)),
        )
        self.retry_after = retry_after


class Unauthorised(ModelError):
    """The model's endpoint refuses our key; its administrator can mend that."""

    code = "model_unauthorised"

    def __init__(self) -> None:
        super().__init__(
            "The language model refuses the key of this hub. Its administrator needs to check "
            "EVERMYND_OPENAI_API_KEY and the model names."
        )


class InvalidOutput(ModelError):
    """The model answered, but not in the shape it was asked for, twice."""

    code = "model_invalid_output"

    def __init__(self, reason: str = "") -> None:
        super().__init__("The language model gave an answer I could not read. Please try again.")
        self.reason = reason


class NoWords(ModelError):
    """Nothing can be understood in a recording."""

    code = "no_words"

    def __init__(self) -> None:
        super().__init__("I could not make out any words. Please try again.")


class RecordingTooLarge(ModelError):
    """A recording is larger than the endpoint takes."""

    code = "recording_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(
            "This recording is too long: I can listen to up to {limit} MB. Please send it in parts.", limit=limit
        )


class BudgetSpent(ModelError):
    """The person used up the tokens of the day; `resets_at` is when the next day begins (UTC)."""

    code = "budget_spent"

    def __init__(self, resets_at: datetime) -> None:
        super().__init__(
            "You have used up today's share of the language model. It is full again at {time} UTC.",
            time=f"{resets_at:%H:%M}",
        )
        self.resets_at = resets_at

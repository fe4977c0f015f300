"""What one request has said and cost so far, also when it is stopped half-way."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from knowledge.models.port import Usage
from knowledge.models.rendering import PromptMessage

if TYPE_CHECKING:
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

# A rule of thumb for English text; only used where the endpoint does not count for us.
_CHARACTERS_PER_TOKEN = 4


class Meter:
    """Reads the chunks of one answer: its text, whether it was finished, and the tokens it took."""

    def __init__(self, messages: list[PromptMessage]) -> None:
        self.text = ""
        self.finished = False
        self._messages = messages
        self._counted: Usage | None = None
        self._sent = False

    def to_params(self) -> list[ChatCompletionMessageParam]:
        """The prompt, about to be sent."""
        self._sent = True
        return to_params(self._messages)

    def read(self, chunk: ChatCompletionChunk) -> str:
        """The text that this chunk adds, if any."""
        if chunk.usage:
            self._counted = to_usage(chunk.usage)
        piece = ""
        for choice in chunk.choices or []:
            piece += (choice.delta.content if choice.delta else None) or ""
            self.finished = self.finished or choice.finish_reason is not None
        self.text += piece
        return piece

    @property
    def usage(self) -> Usage:
        """The tokens as the endpoint counted them, or our estimate where it could not."""
        if self._counted or not self._sent:
            return self._counted or Usage()
        asked = sum(len(message["content"]) for message in self._messages)
        return Usage(asked // _CHARACTERS_PER_TOKEN, -(-len(self.text) // _CHARACTERS_PER_TOKEN))


def to_params(messages: list[PromptMessage]) -> list[ChatCompletionMessageParam]:
    """Messages in the vendor's type, which is the same shape."""
    return cast("list[ChatCompletionMessageParam]", messages)


def to_usage(usage: CompletionUsage) -> Usage:
    """Tokens as the endpoint counted them; some endpoints leave a count out."""
    return Usage(usage.prompt_tokens or 0, usage.completion_tokens or 0)

"""Structured output: a JSON schema goes out, a validated value comes back, with one try to repair a bad reply."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pydantic import ValidationError

from knowledge.models.errors import InvalidOutput
from knowledge.models.openai.endpoint import Patience, with_retries
from knowledge.models.openai.meter import to_params, to_usage
from knowledge.models.port import OnUsage, StructuredRequest, T, Usage
from knowledge.models.rendering import PromptMessage, to_repair, to_structured_messages

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion

_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
_LONGEST_REASON = 500


async def shaped(
    client: AsyncOpenAI,
    model: str,
    request: StructuredRequest,
    schema: type[T],
    patience: Patience,
    on_usage: OnUsage,
) -> T:
    """Ask for a `schema`; after one repair raises `InvalidOutput`. Tokens of both replies are reported as one sum."""
    messages = to_structured_messages(request, json.dumps(schema.model_json_schema()))
    spent, reason = Usage(), ""
    try:
        for _ in range(2):
            reply, usage = await _reply(client, model, messages, schema, patience)
            spent = Usage(spent.input_tokens + usage.input_tokens, spent.output_tokens + usage.output_tokens)
            try:
                return schema.model_validate_json(_json_in(reply))
            except ValidationError as error:
                reason = _reason(error)
                messages = [*messages, *to_repair(reply, reason)]
        raise InvalidOutput(reason)
    finally:
        on_usage(spent)


async def _reply(
    client: AsyncOpenAI, model: str, messages: list[PromptMessage], schema: type[T], patience: Patience
) -> tuple[str, Usage]:
    async def ask() -> tuple[str, Usage]:
        completion = await _complete(client, model, messages, schema)
        return _content(completion), to_usage(completion.usage) if completion.usage else Usage()

    return await with_retries(ask, patience)


async def _complete(client: AsyncOpenAI, model: str, messages: list[PromptMessage], schema: type[T]) -> ChatCompletion:
    return await client.chat.completions.create(
        model=model,
        messages=to_params(messages),
        response_format={
            "type": "json_schema",
            "json_schema": {"name": schema.__name__, "schema": schema.model_json_schema()},
        },
    )


def _content(completion: ChatCompletion) -> str:
    """The text of the reply; an endpoint that sends something else entirely raises AttributeError or IndexError."""
    return completion.choices[0].message.content or ""


def _json_in(reply: str) -> str:
    fenced = _FENCED.search(reply)
    return fenced.group(1) if fenced else reply


def _reason(error: ValidationError) -> str:
    problems = "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'reply'}: {problem['msg']}" for problem in error.errors()
    )
    return problems[:_LONGEST_REASON]

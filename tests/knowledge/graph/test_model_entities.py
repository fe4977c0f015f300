"""A model's entities count when they stand in the passage; without its answer the rules do."""

from __future__ import annotations

from typing import Any

from knowledge.graph.entities import Text
from knowledge.graph.model_entities import ModelEntities
from knowledge.models.errors import ModelError
from knowledge.models.port import OnUsage, StructuredRequest, T, ignore_usage


class Scripted:
    """A structured model with one answer for all requests, or none."""

    def __init__(self, answer: dict[str, Any] | None) -> None:
        self.answer = answer
        self.requests: list[StructuredRequest] = []

    async def structured(self, request: StructuredRequest, schema: type[T], on_usage: OnUsage = ignore_usage) -> T:
        self.requests.append(request)
        if self.answer is None:
            raise ModelError("down")
        return schema.model_validate(self.answer)


def answering(*entities: str) -> Scripted:
    return Scripted({"passages": [{"passage": 1, "entities": list(entities)}]})


async def found_by(model: Scripted, text: str) -> list[str]:
    [entities] = await ModelEntities(model).extract([Text(text)])
    return [entity.key for entity in entities]


async def test_takes_what_the_model_finds_in_the_passage():
    assert await found_by(answering("photosynthesis"), "Plants live by photosynthesis.") == ["photosynthesis"]


async def test_drops_what_the_model_invents():
    assert await found_by(answering("Chlorophyll"), "Plants live by light.") == []


async def test_keeps_what_the_rules_find():
    assert await found_by(answering("light"), "Plants use dpkg-deb and light.") == ["light", "dpkg-deb"]


async def test_the_rules_step_in_when_the_model_is_away():
    assert await found_by(Scripted(None), "See dpkg-deb.") == ["dpkg-deb"]


async def test_asks_for_several_passages_at_once():
    model = answering("light")
    found = await ModelEntities(model).extract([Text("light")] * 10)
    assert len(found) == 10
    assert len(model.requests) == 2

"""What the logs tell of an error, and what they keep to themselves."""

import io
import json

import psycopg
import pytest
import structlog
from pydantic import BaseModel, ValidationError

from conversation.errors import NotFound
from knowledge.db import Database
from tests.conftest import newcomer
from ui import logs

SECRET = "my dark secret"


class _Number(BaseModel):
    value: int


async def test_an_error_of_the_database_does_not_quote_the_row(database: Database):
    user_id = await newcomer(database)
    with pytest.raises(psycopg.Error) as caught:
        async with database.person(user_id) as connection:
            await connection.execute("select %s::uuid", (SECRET,))
    assert SECRET in str(caught.value)
    told = logs.discreet(caught.value)
    assert SECRET not in told and "InvalidTextRepresentation" in told


def test_an_error_of_validation_does_not_quote_its_input():
    with pytest.raises(ValidationError) as caught:
        _Number.model_validate({"value": SECRET})
    told = logs.discreet(caught.value)
    assert SECRET not in told and "test_an_error_of_validation" in told


def test_an_error_of_ours_speaks_and_its_causes_are_named():
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise NotFound("There is no such thread.") from error
    except NotFound as error:
        told = logs.discreet(error)
    assert SECRET not in told
    assert told.index("KeyError") < told.index("conversation.errors.NotFound: There is no such thread.")


def test_errors_of_a_group_are_told_each():
    told = logs.discreet(ExceptionGroup("two", [RuntimeError("first"), ValueError(SECRET)]))
    assert "RuntimeError: first" in told and "ValueError" in told and SECRET not in told


@pytest.mark.parametrize("as_json", [True, False])
def test_the_line_that_is_written_keeps_it_too(as_json: bool):
    output = io.StringIO()
    logs.configure("info", stream=output, as_json=as_json)
    try:
        raise ValueError(SECRET)
    except ValueError:
        structlog.stdlib.get_logger("fresh").exception("it.failed", password="hunter2")
    finally:
        logs.configure("warning", as_json=True)
    line = output.getvalue()
    assert "it.failed" in line and "ValueError" in line
    assert SECRET not in line and "hunter2" not in line
    assert not as_json or json.loads(line)["level"] == "error"

"""What a bot can post, change and take back, and what people read of it."""

from __future__ import annotations

import base64

import httpx
import pytest

from .bots import PlainBot, card, message
from .platform import Limits, Person, Platform
from .platform.faults import How

HUGE = "x" * 51_200


def code(answer: httpx.Response) -> str:
    """The error code of a refusal."""
    return answer.json()["error"]["code"]


async def test_a_message_can_be_changed_and_taken_back(teams: Platform, bot: PlainBot, ann: Person) -> None:
    own = (await bot.send(ann.personal.id, "first")).json()["id"]
    path = f"conversations/{ann.personal.id}/activities/{own}"
    assert (await bot.raw("PUT", path, message("second"))).json() == {"id": own}
    shown = teams.last(ann.personal)
    assert shown and (shown.text, shown.edits) == ("second", 1)
    assert (await bot.raw("DELETE", path)).status_code == 200
    assert teams.messages(ann.personal) == []
    assert code(await bot.raw("PUT", path, message("third"))) == "ActivityNotFoundInConversation"


async def test_a_message_of_somebody_else_is_not_the_bots(bot: PlainBot, ann: Person) -> None:
    sent = await ann.says("mine")
    answer = await bot.raw("PUT", f"conversations/{ann.personal.id}/activities/{sent.id}", message("yours"))
    assert (answer.status_code, code(answer)) == (403, "NotEnoughPermissions")


async def test_the_size_counts_in_utf16_and_pictures_do_not(bot: PlainBot, ann: Person) -> None:
    refused = await bot.send(ann.personal.id, HUGE)
    assert (refused.status_code, code(refused)) == (413, "MessageSizeTooBig")
    url = "data:image/png;base64," + base64.b64encode(b"\x89PNG" + bytes(200_000)).decode()
    picture = {"contentType": "image/png", "contentUrl": url, "name": "chart.png"}
    assert (await bot.send(ann.personal.id, "x" * 50_000, attachments=[picture])).status_code == 201


async def test_unknown_and_closed_conversations_are_refused(teams: Platform, bot: PlainBot, ann: Person) -> None:
    assert code(await bot.send("a:1unknown")) == "ConversationNotFound"
    ann.blocks()
    assert code(await bot.send(ann.personal.id)) == "ConversationBlockedByUser"
    ann.blocks(False)
    await ann.uninstalls()
    assert code(await bot.send(ann.personal.id)) == "BotNotInConversationRoster"
    teams.backend.world.disabled = True
    assert code(await bot.send(ann.personal.id)) == "BotDisabledByAdmin"


async def test_a_text_and_a_card_are_split_and_their_ids_kept_back(teams: Platform, bot: PlainBot, ann: Person) -> None:
    block = {"type": "TextBlock", "text": "on the card"}
    answer = await bot.send(ann.personal.id, "beside it", attachments=[card(block)])
    assert answer.json() == {}
    assert [each.everything for each in teams.messages(ann.personal)] == ["beside it", "on the card"]


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("**bold** and `code`", "bold and code"),
        ("one\ntwo", "one two"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("one  \ntwo", "one\ntwo"),
        ("- a\n- b\n\nafter", "• a\n• b\n\nafter"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("```\na  b\n  c\n```", "a  b\n  c"),
        ("[label](https://example.com)", "label"),
        (r"2 \* 3 \* 4", "2 * 3 * 4"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<strong>x</strong><br>y", "x\ny"),
        ("hi <at>Ann</at>", "hi <at>Ann</at>"),
        ("> quoted", "quoted"),
    ],
)
async def test_people_read_markdown_as_teams_shows_it(
    teams: Platform, bot: PlainBot, ann: Person, source: str, read: str
) -> None:
    await bot.send(ann.personal.id, source)
    shown = teams.last(ann.personal)
    assert shown and shown.text == read
    assert not teams.violations


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a table"),
        ("# Title", "a heading"),
        ("![x](https://example.com/x.png)", "a picture link"),
        ("a <script>b</script>", "the markup <script>"),
    ],
)
async def test_what_a_text_message_cannot_show_is_noted(
    teams: Platform, bot: PlainBot, ann: Person, source: str, problem: str
) -> None:
    await bot.send(ann.personal.id, source)
    assert any(each.startswith(problem) for each in teams.violations)


async def test_plain_text_is_left_alone(teams: Platform, bot: PlainBot, ann: Person) -> None:
    await bot.send(ann.personal.id, "**a**\n<b>", textFormat="plain")
    shown = teams.last(ann.personal)
    assert shown and shown.text == "**a**\n<b>"


async def test_a_mention_needs_its_entity(teams: Platform, bot: PlainBot, ann: Person) -> None:
    entity = {"type": "mention", "text": "<at>Ann</at>", "mentioned": {"id": ann.id, "name": "Ann"}}
    await bot.send(ann.personal.id, "hi <at>Ann</at>", entities=[entity])
    shown = teams.last(ann.personal)
    assert shown and (shown.text, shown.mentions) == ("hi Ann", [ann.id])
    await bot.send(ann.personal.id, "hi", entities=[entity])
    assert teams.violations == ["the mention '<at>Ann</at>' is not in the text"]


async def test_a_conversation_is_opened_with_whoever_installed_the_app(bot: PlainBot, ann: Person) -> None:
    body = {"members": [{"id": ann.aad_object_id}], "tenantId": bot.teams.tenant_id, "isGroup": False}
    assert (await bot.raw("POST", "conversations", body)).json() == {"id": ann.personal.id}
    assert (await bot.raw("POST", "conversations", body | {"tenantId": ""})).status_code == 400
    await ann.uninstalls()
    assert code(await bot.raw("POST", "conversations", body)) == "ForbiddenOperationException"


async def test_a_thread_is_opened_in_a_channel_and_answered(teams: Platform, bot: PlainBot, ann: Person) -> None:
    channel = teams.channel("Baking", "General", [ann])
    body = {"isGroup": True, "channelData": {"channel": {"id": channel.id}}, "activity": message("news")}
    opened = (await bot.raw("POST", "conversations", body)).json()
    assert opened["id"] == f"{channel.id};messageid={opened['activityId']}"
    await bot.send(opened["id"], "more")
    assert [each.text for each in teams.messages(opened["id"])] == ["news", "more"]
    assert code(await bot.send(f"{channel.id};messageid=1")) == "ConversationNotFound"


async def test_members_come_page_by_page(teams: Platform, bot: PlainBot, ann: Person) -> None:
    crowd = teams.group("Everybody", [ann, *(f"Person {number}" for number in range(60))])
    path = f"conversations/{crowd.id}/pagedmembers"
    first = (await bot.raw("GET", f"{path}?pageSize=1")).json()
    rest = (await bot.raw("GET", f"{path}?pageSize=50&continuationToken={first['continuationToken']}")).json()
    assert (len(first["members"]), len(rest["members"])) == (50, 11)
    one = await bot.raw("GET", f"conversations/{crowd.id}/members/{ann.aad_object_id}")
    assert one.json()["id"] == ann.id
    stranger = teams.person("Stranger")
    assert (
        code(await bot.raw("GET", f"conversations/{crowd.id}/members/{stranger.id}")) == "MemberNotFoundInConversation"
    )


async def test_a_team_is_known_with_its_channels(teams: Platform, bot: PlainBot, ann: Person) -> None:
    teams.channel("Baking", "General", [ann])
    teams.channel("Baking", "Bread", [ann, "Bob"])
    own = teams.backend.world.teams["Baking"].id
    assert (await bot.raw("GET", f"teams/{own}")).json()["memberCount"] == 2
    names = [each["name"] for each in (await bot.raw("GET", f"teams/{own}/conversations")).json()["conversations"]]
    assert names == [None, "Bread"]


async def test_a_bot_that_writes_too_fast_waits(teams: Platform, bot: PlainBot, ann: Person) -> None:
    teams.limit(Limits())
    answers = [await bot.send(ann.personal.id, str(number)) for number in range(8)]
    assert [each.status_code for each in answers] == [201] * 7 + [429]
    assert answers[-1].headers["Retry-After"] == "1" and code(answers[-1]) == "Throttled"


@pytest.mark.parametrize(
    ("how", "accepted", "posted"), [("error", False, 0), ("error", True, 1), ("gateway", False, 0)]
)
async def test_calls_fail_as_ordered(
    teams: Platform, bot: PlainBot, ann: Person, how: How, accepted: bool, posted: int
) -> None:
    teams.fail("send", how, status=503, accepted=accepted)
    assert (await bot.send(ann.personal.id)).status_code == 503
    assert len(teams.messages(ann.personal)) == posted and not teams.refused
    assert (await bot.send(ann.personal.id)).status_code == 201


async def test_answers_get_lost_as_ordered(teams: Platform, bot: PlainBot, ann: Person) -> None:
    teams.fail("send", "reset", accepted=True)
    with pytest.raises(httpx.TransportError):
        await bot.send(ann.personal.id)
    assert len(teams.messages(ann.personal)) == 1


async def test_typing_and_citations_are_seen(teams: Platform, bot: PlainBot, ann: Person) -> None:
    await bot.raw("POST", f"conversations/{ann.personal.id}/activities", {"type": "typing"})
    claim = {"@type": "Claim", "position": 1, "appearance": {"@type": "DigitalDocument", "name": "Bread book"}}
    label = {"type": "https://schema.org/Message", "additionalType": ["AIGeneratedContent"], "citation": [claim]}
    await bot.send(ann.personal.id, "Overnight [1]", entities=[label])
    shown = teams.last(ann.personal)
    assert shown and shown.ai_label and shown.citations[0]["position"] == 1 and teams.typing(ann.personal) == 1
    refused = await bot.send(ann.personal.id, "[1]", entities=[label | {"citation": [claim] * 21}])
    assert refused.status_code == 400

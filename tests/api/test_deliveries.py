"""The delivery log: what was told to whom, why it failed, and telling it again; no address, no secret."""

import msgspec

from reliability_studio.domain.incidents.model import Severity
from reliability_studio.domain.incidents.notices import Kind, Target
from reliability_studio.domain.incidents.notices import notice as told
from reliability_studio.store import deliveries, incidents
from tests.support.desk import BO, ELSEWHERE, VERA, Desk
from tests.support.records import NOON, an_incident, minutes


async def written(desk: Desk) -> None:
    """Two incidents, each told to a chat and by mail; the mail of the first was refused."""
    async with desk.database.writing() as connection:
        for number in (1, 2):
            stored = await incidents.insert(connection, an_incident(number))
            message = msgspec.to_builtins(told(None, stored, link="", at=NOON, by="ada"))
            for target in ("chat", "mail"):
                await deliveries.enqueue(
                    connection,
                    1,
                    incident_id=stored.id,
                    target=target,
                    dedupe_key=f"INC-{number}:opened:1",
                    message=message,
                    at=minutes(number),
                )
        (refused,) = [one for one in await deliveries.due(connection, 1, minutes(9), limit=9) if one.id == 2]
        await deliveries.failed(connection, refused.id, minutes(3), "answers 404", retry_at=None)


async def test_the_log_is_paged_and_filtered(desk: Desk) -> None:
    """Feature 99: by state, target and incident; newest first; total of all that match."""
    await written(desk)
    first = (await desk.ask("GET", "deliveries?limit=3", caller=BO)).json
    assert (first["total"], [one["id"] for one in first["items"]]) == (4, [4, 3, 2])
    rest = (await desk.ask("GET", f"deliveries?limit=3&cursor={first['cursor']}", caller=BO)).json
    assert ([one["id"] for one in rest["items"]], rest["cursor"]) == ([1], None)
    (failed,) = (await desk.ask("GET", "deliveries?state=failed", caller=BO)).json["items"]
    assert (failed["target"], failed["problem"], failed["incident"], failed["news"]) == (
        "mail",
        "answers 404",
        "INC-1",
        "opened",
    )
    assert failed["headline"].startswith("INC-1 opened")
    assert (await desk.ask("GET", "deliveries?target=chat")).json["total"] == 2
    assert (await desk.ask("GET", "deliveries?incident=INC-2")).json["total"] == 2
    assert (await desk.ask("GET", "deliveries?incident=INC-9")).json["total"] == 0
    assert (await desk.ask("GET", "deliveries?incident=x")).status == 422
    assert (await desk.ask("GET", "deliveries?state=lost")).status == 422
    assert (await desk.ask("GET", f"deliveries?target=mail&cursor={first['cursor']}")).status == 400


async def test_a_message_is_sent_again_on_request(desk: Desk) -> None:
    """Row 99. It waits from now on, with no try behind it; who asked is audited."""
    await written(desk)
    again = await desk.ask("POST", "deliveries/2/again", caller=BO)
    assert (again.status, again.json["state"], again.json["attempts"]) == (200, "waiting", 0)
    assert again.json["nextAt"] == "2026-03-01T12:00:00Z"
    (deed,) = (await desk.ask("GET", "audit?subject=delivery:2")).json["items"]
    assert (deed["actor"], deed["action"], deed["before"]["state"]) == ("bo", "delivery.again", "failed")
    assert (await desk.ask("POST", "deliveries/99/again")).status == 404
    assert (await desk.ask("POST", "deliveries/x/again")).status == 404


async def test_the_log_is_for_editors_of_the_organisation(desk: Desk) -> None:
    """Viewers do not see it, others neither see nor repeat it."""
    await written(desk)
    assert (await desk.ask("GET", "deliveries", caller=VERA)).status == 403
    assert (await desk.ask("POST", "deliveries/2/again", caller=VERA)).status == 403
    assert (await desk.ask("GET", "deliveries", caller=ELSEWHERE)).json["items"] == []
    assert (await desk.ask("POST", "deliveries/2/again", caller=ELSEWHERE)).status == 404


async def test_targets_are_shown_without_their_addresses(desk: Desk) -> None:
    """What the settings say of them, secrets aside."""
    target = Target("chat", Kind.SLACK, least=Severity.HIGH, services=frozenset({"cart"}))
    desk = Desk(desk.database, targets=(target,))
    (shown,) = (await desk.ask("GET", "targets", caller=BO)).json["items"]
    assert shown == {
        "name": "chat",
        "kind": "slack",
        "minSeverity": "high",
        "services": ["cart"],
        "news": ["escalated", "opened", "reminder", "reopened", "resolved"],
        "drills": False,
    }
    assert (await desk.ask("GET", "targets", caller=VERA)).status == 403


async def test_a_message_of_a_later_version_is_shown_as_far_as_it_is_understood(desk: Desk) -> None:
    """The log never fails because of one row."""
    async with desk.database.writing() as connection:
        await deliveries.enqueue(connection, 1, target="t", dedupe_key="k", message={"v": 2}, at=NOON)
    (one,) = (await desk.ask("GET", "deliveries")).json["items"]
    assert (one["target"], one["headline"]) == ("t", "")

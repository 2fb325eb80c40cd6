"""X10: one caller cannot flood the store, a header does not help, and memory stays flat."""

import pytest

from reliability_studio.api.calls import Caller, Role
from reliability_studio.api.rates import Rates, limited
from reliability_studio.api.router import Router
from reliability_studio.clock import ManualClock
from reliability_studio.errors import TooManyRequests
from tests.support.desk import BO, Desk, firing, webhook
from tests.support.records import NOON


async def test_the_change_over_the_limit_is_429_and_says_when_to_come_again(desk: Desk) -> None:
    """Reading goes on, others are not touched, alerts are never refused so."""
    rates = Rates(desk.clock, burst=3, per_second=0.5)
    desk.router = Router(limited(desk.router.routes, rates, Rates.of_senders(desk.clock)))
    for _ in range(3):
        await desk.declare()
    spoof = {"x-forwarded-for": "10.0.0.9", "x-real-ip": "10.0.0.9"}
    answer = await desk.ask("POST", "incidents", {"title": "x"}, headers=spoof)
    assert (answer.status, answer.json["code"], answer.headers["Retry-After"]) == (
        429,
        "too_many_requests",
        "2",
    )
    assert (await desk.ask("GET", "incidents")).status == 200
    assert (await desk.ask("POST", "incidents", {"title": "x"}, caller=BO)).status == 201
    for _ in range(5):
        assert (await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))).status == 200
    desk.clock.advance(2)
    await desk.declare()


async def test_an_integration_that_floods_is_503_and_harms_no_other(desk: Desk) -> None:
    """X10, row 131: Alertmanager would drop on 429; another address, and the same one later, are served."""
    senders = Rates(desk.clock, burst=2, per_second=0.5)
    desk.router = Router(limited(desk.router.routes, Rates(desk.clock), senders))
    mapping = {"namePath": "check"}
    for name in ("nagios", "icinga"):
        assert (await desk.ask("PUT", f"integrations/{name}", mapping)).status == 200
    for _ in range(2):
        assert (await desk.ask("POST", "webhooks/generic/nagios", {"check": "Disk"})).status == 200
    refused = await desk.ask("POST", "webhooks/generic/nagios", {"check": "Late"}, caller=BO)
    assert (refused.status, refused.json["code"], refused.json["retryable"]) == (503, "overloaded", True)
    assert refused.headers["Retry-After"] == "2"
    assert (await desk.ask("POST", "webhooks/generic/icinga", {"check": "Disk"})).status == 200
    assert (await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))).status == 200
    desk.clock.advance(2)
    assert (await desk.ask("POST", "webhooks/generic/nagios", {"check": "Late"})).status == 200


def test_memory_stays_flat_over_many_callers() -> None:
    """A hundred thousand of them; the newest are remembered."""
    rates = Rates(ManualClock(NOON), burst=1, max_callers=100)
    for position in range(100_000):
        rates.take(Caller(1, login=f"u{position}", role=Role.EDITOR))
    assert len(rates) == 100
    with pytest.raises(TooManyRequests):
        rates.take(Caller(1, login="u99999", role=Role.EDITOR))

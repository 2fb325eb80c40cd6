"""A1, P7: health examines everything together, in seconds, and says what is wrong first."""

import asyncio
from datetime import UTC, datetime

from reliability_studio.api import health
from reliability_studio.api.calls import HealthStatus
from reliability_studio.api.health import Dependency, examine
from reliability_studio.clock import ManualClock
from reliability_studio.errors import FieldProblem, SourceUnavailable, StoreUnavailable

CLOCK = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


async def _fine():
    return "version 3"


async def _down():
    raise SourceUnavailable("prometheus: connection refused", source="prometheus")


async def _broken():
    raise RuntimeError("password=hunter2")


async def _store_down():
    raise StoreUnavailable("the database is locked")


async def test_all_well_is_ok():
    """With a line that names what works."""
    report = await examine([Dependency("store", True, _fine), Dependency("prometheus", False, _fine)], CLOCK)
    assert report.status is HealthStatus.OK
    assert "store, prometheus" in report.message


async def test_a_source_down_is_degraded_not_dead():
    """Incidents are still there without Prometheus."""
    report = await examine([Dependency("store", True, _fine), Dependency("prometheus", False, _down)], CLOCK)
    assert report.status is HealthStatus.DEGRADED
    assert "connection refused" in report.message


async def test_an_examination_that_breaks_hides_no_other_and_tells_nothing():
    """I12, V14: each dependency has its own finding, whatever happens to its neighbours."""
    report = await examine([Dependency("store", True, _fine), Dependency("loki", False, _broken)], CLOCK)
    assert report.status is HealthStatus.DEGRADED
    assert report.details["dependencies"]["store"]["message"] == "version 3"
    assert report.details["dependencies"]["loki"]["state"] == "failed"
    assert "hunter2" not in str(report)


async def test_the_database_down_is_an_error():
    """A1: health is not 200 when the store is gone."""
    report = await examine([Dependency("store", True, _store_down)], CLOCK)
    assert report.status is HealthStatus.ERROR


async def test_a_source_that_nobody_configured_is_said_and_harmless():
    """C13's sibling: not configured is a state of its own."""
    report = await examine([Dependency("store", True, _fine), Dependency("loki", False, None)], CLOCK)
    assert report.status is HealthStatus.OK
    assert report.details["dependencies"]["loki"]["state"] == "not_configured"


async def test_settings_problems_degrade_and_are_listed():
    """Every problem with its path."""
    problem = FieldProblem("jsonData.loki.url", "must be an address like http://prometheus:9090")
    report = await examine([Dependency("store", True, _fine)], CLOCK, problems=[problem])
    assert report.status is HealthStatus.DEGRADED
    assert report.details["settingsProblems"] == [{"path": problem.path, "problem": problem.problem}]


async def test_a_hanging_source_costs_the_deadline_and_not_more(monkeypatch):
    """P7: in less than five seconds; two hanging sources are waited for together."""
    assert health.DEADLINE_S < 5
    monkeypatch.setattr(health, "DEADLINE_S", 0.05)

    async def hang():
        await asyncio.Event().wait()
        return ""

    async with asyncio.timeout(1):
        report = await examine([Dependency("a", False, hang), Dependency("b", False, hang)], CLOCK)
    assert report.status is HealthStatus.DEGRADED
    assert "no answer within" in report.message

"""Row 104: what incidents make of the days of a service."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.impairment import Day, Impairment, Period, ServiceState, course
from reliability_studio.domain.incidents.model import Episode, Incident, Milestone, Severity, Stamp
from tests.support.records import NOON, an_incident

HOUR = timedelta(hours=1)
LONG_AGO = NOON - timedelta(days=400)
NONE = Impairment((), ())


def ended(hours: float, length: float, *, how: Milestone = Milestone.RESOLVED, **more: object) -> Incident:
    """An incident that began some hours before noon and lasted so many hours."""
    start = NOON - hours * HOUR
    incident = an_incident(started=start, **more)
    return an_incident(
        started=start, milestones={**incident.milestones, how: Stamp(start + length * HOUR, "ada")}, **more
    )


def today(impairment: Impairment, since: datetime | None = LONG_AGO) -> Day:
    """The last day of a course."""
    return course(impairment, since, Period(NOON, days=3)).days[-1]


def test_what_is_open_goes_on_until_now() -> None:
    """High is an outage, medium degrades; both at once is out, not both."""
    high, medium = an_incident(started=NOON - HOUR), ended(3, 2.5, severity=Severity.MEDIUM)
    found = Impairment.of([high, medium])
    assert found.at(NOON) is ServiceState.OUTAGE
    assert Impairment.of([medium]).at(NOON) is ServiceState.OPERATIONAL
    assert Impairment.of([medium]).at(NOON - HOUR) is ServiceState.DEGRADED
    assert today(found) == Day(date(2026, 3, 1), ServiceState.OUTAGE, HOUR, 2 * HOUR)


def test_users_feel_it_until_it_is_mitigated() -> None:
    """However long the work goes on; an earlier run counts as well."""
    earlier = Episode(NOON - 6 * HOUR, NOON - 5 * HOUR, "ada")
    found = Impairment.of([ended(2, 0.5, how=Milestone.MITIGATED, episodes=(earlier,))])
    assert found.at(NOON) is ServiceState.OPERATIONAL
    assert today(found).outage == 1.5 * HOUR


def test_before_a_service_was_known_nothing_is_known() -> None:
    """Neither good nor bad, and no share of it; never known is never known."""
    since = NOON.replace(hour=6)
    found = course(NONE, since, Period(NOON, days=3))
    assert [day.state for day in found.days] == [
        ServiceState.UNKNOWN,
        ServiceState.UNKNOWN,
        ServiceState.OPERATIONAL,
    ]
    assert (found.known, found.up) == (6 * HOUR, 1.0)
    never = course(NONE, None, Period(NOON, days=2))
    assert ([day.state for day in never.days], never.up) == ([ServiceState.UNKNOWN] * 2, None)


def test_days_are_those_of_the_time_zone() -> None:
    """A day of the change of clocks has 23 hours, and today is as long as it has come."""
    now = datetime(2026, 3, 30, 10, tzinfo=UTC)
    days = list(Period(now, "Europe/Berlin", 3).each())
    assert [(day.day, end - start) for day, start, end in days] == [
        (28, 24 * HOUR),
        (29, 23 * HOUR),
        (30, 12 * HOUR),
    ]
    assert Period(now, "Europe/Berlin", 3).start == datetime(2026, 3, 27, 23, tzinfo=UTC)


SPANS = st.lists(
    st.builds(
        ended,
        st.floats(0, 80),
        st.floats(0, 80),
        severity=st.sampled_from(list(Severity)),
    ),
    max_size=6,
)


@given(SPANS, SPANS)
def test_time_adds_up(some: list[Incident], more: list[Incident]) -> None:
    """No day is longer than itself, incidents at the same time count once, more of them never help."""
    period = Period(NOON, days=4)
    one = course(Impairment.of(some), LONG_AGO, period)
    both = course(Impairment.of([*some, *more]), LONG_AGO, period)
    lengths = [end - start for _, start, end in period.each()]
    assert all(day.outage + day.degraded <= length for day, length in zip(both.days, lengths, strict=True))
    assert one.outage <= both.outage
    assert one.outage + one.degraded <= both.outage + both.degraded
    assert both.up is not None
    assert 0 <= both.up <= 1
    assert course(Impairment.of([*some, *some]), LONG_AGO, period) == one

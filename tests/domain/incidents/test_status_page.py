"""Row 104: what a status page says to whom."""

from dataclasses import replace
from datetime import timedelta

from reliability_studio.domain.incidents.impairment import Period, ServiceState
from reliability_studio.domain.incidents.maintenance import Window
from reliability_studio.domain.incidents.matchers import Matcher, Operator
from reliability_studio.domain.incidents.model import Incident, Milestone, Severity, Stamp, Status
from reliability_studio.domain.incidents.public import bulletin
from reliability_studio.domain.incidents.status_page import Audience, Page, Setup, Shown, Told, compose
from tests.support.records import NOON, an_entry, an_incident, minutes

LONG_AGO = NOON - timedelta(days=400)
CART, CHECKOUT = Shown("cart", "", LONG_AGO), Shown("checkout", "takes money", LONG_AGO)
PERIOD = Period(NOON, days=2)
OVER = (Status.RESOLVED, Status.CLOSED)


def told(incident: Incident, *notes: str) -> Told:
    """An incident with public comments."""
    return Told(incident, bulletin(incident, [an_entry(note, description=note) for note in notes]))


def over(number: int, days: float) -> Incident:
    """An incident that ended some days ago."""
    end = NOON - timedelta(days=days)
    incident = an_incident(number, started=end - timedelta(minutes=10), status=Status.RESOLVED)
    return replace(incident, milestones={**incident.milestones, Milestone.RESOLVED: Stamp(end, "ada")})


def page(*found: Told, audience: Audience = Audience.INTERNAL, windows: tuple[Window, ...] = ()) -> Page:
    """A page of two services."""
    return compose(Setup(), audience, [CART, CHECKOUT], found, windows, PERIOD)


def states(found: Page) -> list[ServiceState]:
    """The page's, then that of each service."""
    return [found.state, *(one.state for one in found.components)]


def test_only_the_services_of_an_incident_suffer() -> None:
    """Affected ones too; the page is as bad as the worst."""
    medium = an_incident(severity=Severity.MEDIUM, service="cart")
    assert states(page(told(medium))) == [
        ServiceState.DEGRADED,
        ServiceState.DEGRADED,
        ServiceState.OPERATIONAL,
    ]
    wide = an_incident(2, services=("cart",))
    assert states(page(told(medium), told(wide))) == [ServiceState.OUTAGE] * 3
    assert states(page(told(an_incident(service="elsewhere")))) == [ServiceState.OPERATIONAL] * 3


def test_outside_only_what_was_published_is_known() -> None:
    """Neither listed nor felt, until somebody tells of it."""
    silent, spoken = told(an_incident(1)), told(an_incident(2, service="cart"), "we are on it")
    inside, outside = page(silent, spoken), page(silent, spoken, audience=Audience.PUBLIC)
    assert [one.bulletin.number for one in inside.current] == ["INC-1", "INC-2"]
    assert [one.bulletin.number for one in outside.current] == ["INC-2"]
    assert states(outside) == [ServiceState.OUTAGE, ServiceState.OUTAGE, ServiceState.OPERATIONAL]
    assert [note.text for note in outside.current[0].bulletin.notes] == ["we are on it"]


def test_drills_and_merged_incidents_are_nobodys_trouble() -> None:
    """The one that took the other in tells of both."""
    found = page(told(an_incident(1, drill=True), "a"), told(an_incident(2, merged_into=3), "b"))
    assert (states(found), found.current) == ([ServiceState.OPERATIONAL] * 3, ())


def test_what_is_over_is_told_of_for_two_weeks() -> None:
    """The newest first, apart from what goes on."""
    found = page(told(over(1, 1)), told(over(2, 13)), told(over(3, 15)), told(over(4, 0.5)))
    assert ([one.incident.number for one in found.past], found.current) == ([4, 1, 2], ())


def test_maintenance_is_announced_and_shows_where_nothing_is_wrong() -> None:
    """An incident weighs more; windows about some alerts only, or about others, are not announced."""
    on = Window("upgrade", minutes(-5), minutes(5), services=("cart", "elsewhere"))
    later = Window("later", minutes(600), minutes(660))
    hidden = (
        Window("far", minutes(60 * 24 * 20), minutes(60 * 24 * 20 + 5)),
        Window("past", minutes(-60), minutes(-5)),
        Window("elsewhere", minutes(-5), minutes(5), services=("elsewhere",)),
        Window("some", minutes(-5), minutes(5), matchers=(Matcher("pod", Operator.EQUAL, "a"),)),
    )
    found = page(windows=(later, on, *hidden))
    assert states(found) == [ServiceState.MAINTENANCE, ServiceState.MAINTENANCE, ServiceState.OPERATIONAL]
    assert [(one.title, one.services, one.on) for one in found.maintenance] == [
        ("upgrade", ("cart",), True),
        ("later", (), False),
    ]
    assert page(told(an_incident(service="cart")), windows=(on,)).components[0].state is ServiceState.OUTAGE


def test_without_services_nothing_is_said_to_be_well() -> None:
    """An empty page is not a green one; neither is a service that nobody knows."""
    assert compose(Setup(), Audience.PUBLIC, [], [], [], PERIOD).state is ServiceState.UNKNOWN
    unknown = compose(Setup(), Audience.PUBLIC, [Shown("new", "", None)], [], [], PERIOD)
    assert [unknown.state, unknown.components[0].state] == [ServiceState.UNKNOWN] * 2

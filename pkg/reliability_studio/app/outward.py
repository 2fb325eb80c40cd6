"""How an organisation tells others: targets of messages, annotations in Grafana, and what sends to them."""

from collections.abc import Sequence

from reliability_studio.app.ground import Ground
from reliability_studio.app.sources import Sources
from reliability_studio.domain.incidents.model import Severity
from reliability_studio.domain.incidents.notices import Kind, News, Target
from reliability_studio.flows import annotate
from reliability_studio.flows.annotate import IncidentMarks, Marks
from reliability_studio.flows.notify import Notifier
from reliability_studio.settings.notifications import TargetSettings
from reliability_studio.settings.organisation import Settings
from reliability_studio.sources.outgoing import open_outgoing

INCIDENTS_PAGE = "/a/reliability-studio-app/incidents"


def targets_of(settings: Settings, sources: Sources) -> tuple[Target, ...]:
    """Who is told about incidents: those of the settings, and Grafana's annotations when they are on."""
    told = [_target(each) for each in settings.notifications.targets]
    if sources.annotations is not None:
        told.append(Target(annotate.TARGET, Kind.ANNOTATION, news=annotate.NEWS))
    return tuple(told)


def marks_of(ground: Ground, settings: Settings, sources: Sources) -> Marks | None:
    """Marks on Grafana's graphs; None when they are off."""
    if sources.annotations is None:
        return None
    return Marks(ground.database, ground.org_id, sources.annotations, settings.annotations.tags, ground.clock)


def notifier(ground: Ground, settings: Settings, sources: Sources, targets: Sequence[Target]) -> Notifier:
    """What tells the targets."""
    senders = dict(open_outgoing(settings.notifications, ground.clock, ground.meter))
    marks = marks_of(ground, settings, sources)
    if marks is not None:
        senders[annotate.TARGET] = IncidentMarks(marks)
    return Notifier(
        ground.database,
        ground.org_id,
        targets=targets,
        senders=senders,
        incident_url=f"{settings.grafana.url}{INCIDENTS_PAGE}" if settings.grafana else "",
        clock=ground.clock,
    )


def _target(settings: TargetSettings) -> Target:
    return Target(
        name=settings.name,
        kind=Kind(settings.kind),
        least=Severity(settings.least),
        services=frozenset(settings.services),
        news=frozenset(News(each) for each in settings.news),
        drills=settings.drills,
    )

"""Incident templates: what an incident of a kind begins with.

What the person who declares it says wins; the template fills what is left open. Labels, fields and roles
add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from reliability_studio.domain.incidents.edits import Wish
from reliability_studio.domain.incidents.model import Severity
from reliability_studio.domain.incidents.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task that every incident of the kind gets."""

    title: str
    kind: TaskKind = TaskKind.TASK
    assignee: str = ""
    due_after: timedelta | None = None
    """How long after the declaration it is due."""


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of incident."""

    name: str
    """What people see."""
    description: str = ""
    title: str = ""
    summary: str = ""
    severity: Severity | None = None
    """What the level counts as."""
    level: str = ""
    """Id of a level of the ladder; empty: none, or the one that is called like the severity."""
    service: str = ""
    services: tuple[str, ...] = ()
    environment: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    assignee: str = ""
    drill: bool = False
    tasks: tuple[PlannedTask, ...] = ()
    comment: str = ""
    """The first comment, in Markdown."""


def applied(template: Template, wish: Wish) -> Wish:
    """The wish with what the template adds."""
    graded = wish.severity is not None or bool(wish.level)
    return replace(
        wish,
        title=wish.title.strip() or template.title,
        summary=wish.summary or template.summary,
        severity=wish.severity if graded else template.severity,
        usual_level="" if graded else template.level,
        service=wish.service.strip() or template.service,
        services=wish.services or template.services,
        environment=wish.environment.strip() or template.environment,
        labels={**template.labels, **wish.labels},
        fields={**template.fields, **wish.fields},
        roles={**template.roles, **wish.roles},
        assignee=wish.assignee.strip() or template.assignee,
        drill=wish.drill or template.drill,
    )

"""Services as people declare them or telemetry shows them, and how labels name one.

A service is known by its name. What is declared wins over what was discovered; discovery fills what
nobody declared. `service_of` and `environment_of` are the only places that read a service out of labels.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

SERVICE_LABELS = ("service", "service_name", "app", "job")
"""Labels that name a service, the most telling first."""
ENVIRONMENT_LABELS = ("env", "environment", "namespace", "cluster")
"""Labels that name where it runs, the most telling first."""

_GENERATED = re.compile(r"(-[a-f0-9]{8,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$|-\d+$")
"""What Kubernetes adds to a workload's name; its random names have no vowels, so that they say nothing."""

Neighbours = Mapping[str, frozenset[str]]
"""For each service, those with an edge to it, in either direction."""


@dataclass(frozen=True, slots=True)
class ServiceLink:
    """A page about the service."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach somebody who answers for the service, for example `slack` and a channel."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the catalogue."""

    name: str
    description: str = ""
    owner_team: str = ""
    tier: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    links: tuple[ServiceLink, ...] = ()
    runbook_url: str = ""
    contacts: tuple[Contact, ...] = ()
    depends_on: tuple[str, ...] = ()
    """Names of services that it calls, as people or a file declared them, sorted."""
    declared: bool = False
    """True when a person or a file said so; False when telemetry showed it."""
    provisioned: bool = False
    """True when a file of the operator declares it; then only that file changes it."""
    discovered: tuple[str, ...] = ()
    """Names of services that telemetry saw it call, sorted."""

    @property
    def calls(self) -> tuple[str, ...]:
        """Every service that it calls, whoever says so, sorted."""
        return tuple(sorted({*self.depends_on, *self.discovered}))


def service_of(labels: Mapping[str, str]) -> str:
    """The service that labels name; empty when none does."""
    return _first(labels, SERVICE_LABELS)


def environment_of(labels: Mapping[str, str]) -> str:
    """The environment that labels name; empty when none does."""
    return _first(labels, ENVIRONMENT_LABELS)


def neighbours(services: Iterable[Service]) -> Neighbours:
    """Both directions of every dependency."""
    edges: dict[str, set[str]] = {}
    for service in services:
        for other in service.calls:
            if other != service.name:
                edges.setdefault(service.name, set()).add(other)
                edges.setdefault(other, set()).add(service.name)
    return {name: frozenset(others) for name, others in edges.items()}


def combine(known: Service, found: Service) -> Service:
    """One service out of what is known and what was discovered: the declaration wins, the rest fills gaps."""
    return replace(
        known,
        description=known.description or found.description,
        owner_team=known.owner_team or found.owner_team,
        tier=known.tier or found.tier,
        labels={**found.labels, **known.labels},
        links=known.links or found.links,
        runbook_url=known.runbook_url or found.runbook_url,
        contacts=known.contacts or found.contacts,
        discovered=tuple(sorted({*known.discovered, *found.discovered} - {known.name})),
    )


def owner_of(name: str, known: Collection[str] = ()) -> str:
    """The service that a pod, a replica set or a volume claim belongs to, by its name alone.

    The longest known service that the name holds between dashes wins; else what Kubernetes adds to the name
    of a workload is taken off: the hashes of a Deployment, the number of a StatefulSet.
    """
    padded = f"-{name}-"
    inside = [each for each in known if each and f"-{each}-" in padded]
    if inside:
        return max(inside, key=lambda each: (len(each), each))
    return _GENERATED.sub("", name) or name


def _first(labels: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((found for name in names if (found := labels.get(name, "").strip())), "")

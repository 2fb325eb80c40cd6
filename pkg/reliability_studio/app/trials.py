"""Sources to be looked at: those that are open, and one opened by settings that nobody has saved."""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from reliability_studio.app.sources import Sources, open_sources
from reliability_studio.clock import Clock
from reliability_studio.flows import probing
from reliability_studio.flows.probing import Candidate, Opened, Trial, Way
from reliability_studio.settings.organisation import SOURCE_NAMES, Settings, decode
from reliability_studio.sources.meter import SourceMeter


def looked_at(settings: Settings, sources: Sources, clock: Clock, meter: SourceMeter) -> probing.Sources:
    """What routes need to show and test the sources of an organisation."""

    async def trial(name: str, candidate: Candidate) -> Trial:
        return await _trial(settings, name, candidate, clock, meter)

    return probing.Sources(
        SOURCE_NAMES,
        lambda: opened(settings, sources),
        trial,
        lambda: (*settings.problems, *sources.problems),
        clock,
    )


def opened(settings: Settings, sources: Sources) -> Sequence[Opened]:
    """Each configured source with the way to it."""
    found = []
    for name in SOURCE_NAMES:
        source = getattr(sources, name)
        reached = settings.source(name)
        if source is None or reached is None:
            continue
        if reached.datasource_uid:
            way, address = Way.GRAFANA, reached.datasource_uid
        elif reached.cluster is not None:
            way, address = Way.CLUSTER, reached.cluster.context or reached.cluster.kubeconfig
        else:
            way, address = Way.DIRECT, urlsplit(reached.url).hostname or ""
        client = next((each for each in sources.clients if each.name == name), None)
        breaker = "" if client is None else client.limits.breaker.state.value
        found.append(Opened(name, way, address, source.health, breaker))
    return found


async def _trial(
    settings: Settings, name: str, candidate: Candidate, clock: Clock, meter: SourceMeter
) -> Trial:
    """Saved secrets are not used: a new address must not receive what was given for the old one.

    Only Grafana's own token is, because a data source's uid leads to Grafana and nowhere else.
    """
    document: dict[str, object] = {name: dict(candidate.section)}
    secrets = {f"{name}{kind}": value for kind, value in candidate.secrets.items() if value}
    if settings.grafana is not None and candidate.section.get("datasourceUid"):
        document["grafana"] = {"url": settings.grafana.url}
        secrets["grafanaToken"] = settings.grafana.token
    read = decode(json.dumps(document).encode(), secrets)
    sources = await open_sources(read, clock, meter)
    found = next((each for each in opened(read, sources) if each.name == name), None)
    return Trial(found, (*read.problems, *sources.problems), sources.aclose)

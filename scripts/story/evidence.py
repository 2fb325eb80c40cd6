"""What the tabs of an incident's workspace show, asked for as they ask: the same routes, the same window.

A tab that would be empty ends the story: the demo promises evidence from every source.
"""

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scripts.story.api import Api, Document, at, items, number, text

LEAST = timedelta(minutes=5)
"""The shortest window of a tab."""
METRICS = ("availability", "error-rate", "request-rate", "latency")
SLOW_MS = "1000"


@dataclass(frozen=True, slots=True)
class Shown:
    """What one tab has of an incident."""

    tab: str
    counts: Mapping[str, int]
    """How many of what."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing of any kind.

        Of some kinds there may be none: which alert comes first says whose incident it is, and a service that
        only suffers has no Kubernetes events.
        """
        return not any(self.counts.values())

    @property
    def text(self) -> str:
        """For a line of the terminal."""
        return ", ".join(f"{kind}: {count}" for kind, count in self.counts.items())


def shown(api: Api, resources: str, incident: Document, now: float) -> list[Shown]:
    """What every tab has about an incident that is over; `now` in Unix seconds.

    Raises:
        Refused: a source does not answer.
    """
    service, place = text(incident, "service"), f"{resources}/incidents/{text(incident, 'number')}"
    namespace = text(incident, "labels.namespace")
    window = _window(incident, datetime.fromtimestamp(now, UTC))

    def asked(path: str, **more: str) -> Document:
        return api.get(f"{resources}/{path}?{urllib.parse.urlencode({**window, **more})}")

    def listed(path: str, **more: str) -> int:
        return len(items(asked(path, **more)))

    answer = at(api.get(f"{place}/investigation"), "answer")
    measured = [name for name in METRICS if number(asked(f"metrics/{name}/{service}"), "value") is not None]
    in_cluster = f"{namespace}/{service}"
    return [
        Shown("Metrics", {"measured": len(measured), "charts": len(items(answer, "charts"))}),
        Shown("Logs", {"error lines": listed(f"logs/{service}/errors", limit="500")}),
        Shown(
            "Traces",
            {
                "failed": listed(f"traces/{service}", limit="100"),
                "slow": listed(f"traces/{service}", limit="100", overMs=SLOW_MS),
            },
        ),
        Shown(
            "Kubernetes",
            {
                "pods": listed(f"kubernetes/pods/{in_cluster}"),
                "deployments": listed(f"kubernetes/deployments/{in_cluster}"),
                "events": listed(f"kubernetes/events/{in_cluster}"),
            },
        ),
        Shown("SLO impact", {"SLOs": len(items(incident, "sloImpact"))}),
        Shown("Causes", {"causes": len(items(answer, "causes")), **_found(items(answer, "checks"))}),
    ]


def _found(checks: list[Document]) -> Mapping[str, int]:
    """How many checks of each source found something."""
    return {
        f"found in {source}": sum(
            text(check, "source") == source and text(check, "outcome") == "found" for check in checks
        )
        for source in ("metrics", "logs", "traces", "kubernetes")
    }


def _window(incident: Document, now: datetime) -> Mapping[str, str]:
    """From the onset to the end, never shorter than a tab's least and never into the future."""
    start = datetime.fromisoformat(text(incident, "milestones.started.at"))
    ended = datetime.fromisoformat(text(incident, "milestones.resolved.at"))
    end = max(ended, min(start + LEAST, now))
    return {"from": _rfc(min(start, end - LEAST)), "to": _rfc(end)}


def _rfc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""The story that the demo plays: an alert becomes an incident, a budget burns, a rollback ends it.

Everything that is told is read back from the product's own API; nothing is told because it should be so. A
step that does not come in its time ends the story with the reason.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from scripts.shop import ShopTargets
from scripts.shop.services import SERVICES
from scripts.story import dashboards, evidence
from scripts.story.api import Api, Document, Refused, items, number, text
from scripts.story.terminal import Terminal

RESOURCES = "api/plugins/reliability-studio-app/resources"
SETTINGS = "api/plugins/reliability-studio-app/settings"

CALM_S = 15.0
"""How long the shop is well before the bad rollout."""
FAULT_S = 55.0
"""How long the bad version runs: long enough for a minute's bucket of the SLO."""

SHORT_S = 300
"""The burn-rate window that the terminal shows."""

T = TypeVar("T")


class StoryBroke(RuntimeError):
    """Something that must happen did not happen in its time."""


def slos() -> Sequence[Document]:
    """The objectives of the shop's owners."""
    failing = 'http_requests_total{{service="{service}",code=~"5.."}}'
    every = 'http_requests_total{{service="{service}"}}'
    made: list[Document] = [
        {
            "name": f"{service} availability",
            "service": service,
            "objective": objective,
            "indicator": {
                "type": "ratio",
                "total": every.format(service=service),
                "bad": failing.format(service=service),
            },
            "window": {"type": "rolling", "days": 1},
            "delaySeconds": 5,
            "owner": "shop",
        }
        for service, objective in (("payments", "99"), ("frontend", "99.5"))
    ]
    latency: Document = {
        "name": "gateway latency",
        "service": "api-gateway",
        "objective": "95",
        "indicator": {
            "type": "latency",
            "buckets": 'http_request_duration_seconds_bucket{service="api-gateway"}',
            "threshold": "0.5",
        },
        "window": {"type": "rolling", "days": 1},
        "delaySeconds": 5,
        "owner": "shop",
    }
    return [*made, latency]


@dataclass(slots=True)
class Story:
    """One play."""

    api: Api
    terminal: Terminal
    shop: ShopTargets
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    told: set[str] = field(default_factory=set)

    def play(self, sources: Mapping[str, str]) -> None:
        """Play all acts, with these addresses by the sources' names.

        Raises:
            StoryBroke: a step did not come.
        """
        self._set_up(sources)
        before = self._create_slos()
        self.terminal.act("Detect")
        self.sleep(CALM_S)
        self.shop.begin_fault()
        self.terminal.tell("▼", "rollout", "payments v2 replaces v1, pod by pod", "yellow")
        incident = self._await_incident()
        self.terminal.act("Investigate")
        self._acknowledge(incident)
        self._watch_budget(before)
        self._tell_cause(incident)
        self.terminal.act("Resolve")
        self.shop.end_fault()
        self.terminal.tell("▲", "rollback", "payments v1 comes back")
        self._await_resolved(incident)
        self.terminal.act("Learn")
        self._sum_up(incident)
        self._show_tabs(incident)
        self._show_dashboards(next(iter(before)))

    def _set_up(self, sources: Mapping[str, str]) -> None:
        settings = {name: {"url": url} for name, url in sources.items()}
        self.api.post(SETTINGS, {"enabled": True, "jsonData": settings})
        health = self._until("the sources", self._healthy, 30)
        self.terminal.tell("●", "health", text(health, "message"))
        for service in SERVICES:
            declared = {"name": service.name, "ownerTeam": "shop", "dependsOn": sorted(service.calls)}
            self.api.post(f"{RESOURCES}/services", declared)
        self.terminal.tell("●", "catalogue", f"{len(SERVICES)} services, and who calls whom")

    def _healthy(self) -> Document | None:
        health = self.api.get(f"{RESOURCES}/health")
        return health if text(health, "status") == "ok" else None

    def _create_slos(self) -> Mapping[str, float]:
        left: dict[str, float] = {}
        for wanted in slos():
            made = self.api.post(f"{RESOURCES}/slos", wanted)
            slo = self._until("history", lambda made=made: self._measured(text(made, "id")), 60)  # type: ignore[misc]
            share = number(slo, "status.budget.remaining") or 0.0
            left[text(slo, "id")] = share
            total, covered = number(slo, "status.window.total"), number(slo, "status.window.coverage")
            self.terminal.tell("●", "SLO", f"{text(slo, 'name')} {text(slo, 'objective')} %")
            self.terminal.more(f"{self.terminal.bar(share)} {share:.1%} of the budget left")
            self.terminal.more(f"{total or 0:,.0f} requests counted, {covered or 0:.0%} of the time measured")
        return left

    def _measured(self, slo_id: str) -> Document | None:
        slo = self.api.get(f"{RESOURCES}/slos/{slo_id}")
        return slo if number(slo, "status.budget.remaining") is not None else None

    def _await_incident(self) -> str:
        found = self._until("an incident", self._firing_incident, 60)
        key = text(found, "number")
        self.terminal.tell("●", text(found, "severity"), f"{key} {text(found, 'title')}", "red")
        detect = number(found, "durations.detect")
        self.terminal.more(f"detected {detect or 0:.0f} s after it began; opened by the alert itself")
        self._tell_alerts(key)
        return key

    def _firing_incident(self) -> Document | None:
        page = self.api.get(f"{RESOURCES}/incidents?status=open")
        found = [each for each in items(page) if text(each, "origin") == "alert"]
        return found[0] if found else None

    def _tell_alerts(self, key: str) -> None:
        for alert in items(self.api.get(f"{RESOURCES}/incidents/{key}"), "alerts"):
            name = f"{text(alert, 'name')} on {text(alert, 'labels.service')}"
            if name not in self.told:
                self.told.add(name)
                self.terminal.more(f"{name}: {text(alert, 'reasonText')}")

    def _acknowledge(self, key: str) -> None:
        body = {"status": "investigating", "comment": "Looking at the rollout of **payments v2**."}
        changed = self.api.call("PATCH", f"{RESOURCES}/incidents/{key}", body)
        self.terminal.tell("●", "acknowledged", f"by {text(changed, 'updatedBy')}, with a comment")

    def _tell_cause(self, key: str) -> None:
        """What the investigation, which started by itself, has found so far."""
        signals = items(self.api.get(f"{RESOURCES}/incidents/{key}"), "correlations")
        if not signals:
            self.terminal.tell("◇", "investigation", "names no cause yet")
        for each in sorted(signals, key=lambda each: -(number(each, "confidence") or 0.0))[:5]:
            chance = _chance(number(each, "confidence") or 0.0)
            self.terminal.tell("◆", text(each, "type"), f"{chance:<6}  {text(each, 'title')}", "blue")

    def _watch_budget(self, before: Mapping[str, float]) -> None:
        """Tell how the budgets fall until the fault has lasted long enough and one has fallen."""
        until = self.clock() + FAULT_S
        fallen: set[str] = set()
        while self.clock() < until or not fallen:
            if self.clock() > until + 90:
                raise StoryBroke("no budget fell although requests fail")
            for slo_id in before:
                # The job counts each minute; the story need not wait for its place in it.
                counted = self.api.post(f"{RESOURCES}/slos/{slo_id}/calculate")
                slo = counted.get("slo")
                fallen |= self._tell_budget(slo if isinstance(slo, Mapping) else {}, before)
            for incident in items(self.api.get(f"{RESOURCES}/incidents?status=open&status=investigating")):
                self._tell_alerts(text(incident, "number"))
            self.sleep(2)

    def _tell_budget(self, slo: Document, before: Mapping[str, float]) -> set[str]:
        share, slo_id = number(slo, "status.budget.remaining"), text(slo, "id")
        mark = f"{slo_id}:{share}"
        if share is None or share >= before.get(slo_id, 0.0) - 0.0005 or mark in self.told:
            return set()
        self.told.add(mark)
        firing = text(slo, "status.firing")
        self.terminal.tell("▼", "budget", f"{text(slo, 'name')}: {text(slo, 'status.text')}", "yellow")
        short = [w for w in items(slo, "status.burnRates") if number(w, "windowSeconds") == SHORT_S]
        burn = number(short[0], "burnRate") if short else None
        pace = "" if burn is None else f", burning {burn:.1f} times too fast over 5 minutes"
        alert = f"; the alert {firing} fires" if firing else ""
        self.terminal.more(f"{self.terminal.bar(share)} {share:.1%} left{pace}{alert}")
        return {slo_id}

    def _await_resolved(self, key: str) -> None:
        found = self._until(f"the end of {key}", lambda: self._resolved(key), 120)
        took = number(found, "durations.resolve") or 0.0
        self.terminal.tell("●", "resolved", f"{key} by itself: all its alerts are over")
        self.terminal.more(f"{took:.0f} s from start to resolution")

    def _resolved(self, key: str) -> Document | None:
        incident = self.api.get(f"{RESOURCES}/incidents/{key}")
        return incident if text(incident, "status") == "resolved" else None

    def _sum_up(self, key: str) -> None:
        incident = self.api.get(f"{RESOURCES}/incidents/{key}")
        entries = items(incident, "timeline")
        self.terminal.tell("●", "timeline", f"{len(entries)} entries tell {key}")
        for entry in entries[:12]:
            when = text(entry, "occurredAt")[11:19]
            self.terminal.more(f"{when}  {text(entry, 'type')}: {text(entry, 'title')}")
        for slo in items(self.api.get(f"{RESOURCES}/slos")):
            share = number(slo, "status.budget.remaining")
            if share is not None:
                self.terminal.more(f"{self.terminal.bar(share)} {text(slo, 'name')}: {share:.1%} left")

    def _show_tabs(self, key: str) -> None:
        """Ask what the tabs of the incident's workspace ask.

        Raises:
            StoryBroke: one of them would be empty, or show an error.
        """
        try:
            incident = self.api.get(f"{RESOURCES}/incidents/{key}")
            shown = evidence.shown(self.api, RESOURCES, incident, self.shop.clock())
        except (Refused, OSError) as error:
            raise StoryBroke(f"a tab of {key} shows an error: {error}") from error
        for each in shown:
            if each.empty:
                raise StoryBroke(f"the tab {each.tab} of {key} is empty: {each.text}")
            self.terminal.tell("●", "tab", f"{each.tab}: {each.text}")

    def _show_dashboards(self, slo_id: str) -> None:
        """Ask what the shipped dashboards ask.

        Raises:
            StoryBroke: a query failed.
        """
        for each in dashboards.shown(self.api, slo_id):
            if each.problems:
                raise StoryBroke(f"dashboard {each.title}: {'; '.join(each.problems)}")
            told = f"{each.queries} queries, {each.frames} frames, {each.rows:,} rows"
            self.terminal.tell("●", "dashboard", f"{each.title}: {told}")

    def _until(self, what: str, look: Callable[[], T | None], limit: float) -> T:
        """The first thing that `look` finds.

        Raises:
            StoryBroke: it found nothing in time.
        """
        until, problem = self.clock() + limit, ""
        while self.clock() < until:
            try:
                found = look()
            except (Refused, OSError) as error:
                found, problem = None, f" ({error})"
            if found is not None:
                return found
            self.sleep(0.5)
        raise StoryBroke(f"{what} did not come within {limit:.0f} s{problem}")


def _chance(probability: float) -> str:
    """As the pages write it: never quite certain."""
    if probability >= 0.995:  # noqa: PLR2004
        return "> 0.99"
    return "< 0.01" if probability < 0.005 else f"{probability:.2f}"  # noqa: PLR2004

"""Alertmanager's and Prometheus's own lists of alerts: the way without a webhook, and its correction.

    listed = await Alertmanager(client).alerts(now)
    listed = await PrometheusAlerts(client).alerts(now)

`listed.firing` are the alerts to take in; `listed.present` are the fingerprints of all that the source still
knows, silenced and inhibited ones too: what is silenced is not over.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.errors import SourceMalformed, SourceTimeout
from reliability_studio.sources.http import SourceClient

HEALTH_S = 4.0
MAX_ALERTS = 20_000
"""A longer list is refused: it is no list that anybody works with."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a source says now."""

    source: AlertSource
    firing: tuple[AlertEvent, ...]
    present: frozenset[tuple[str, datetime]]
    """Episodes that it knows, whether they notify or not."""


class Alertmanager:
    """The API (version 2) of one Alertmanager."""

    def __init__(self, client: SourceClient) -> None:
        self._client = client
        self.name = client.name

    async def alerts(self, now: datetime) -> Listed:
        """Every alert that is not over.

        Raises:
            SourceError: it could not be asked, or answered something else.
        """
        wanted = {"active": "true", "silenced": "true", "inhibited": "true", "unprocessed": "true"}
        body = await self._client.get("/api/v2/alerts", wanted)
        found = read_alerts(body, self.name)
        events = [(one, one.event(now)) for one in found]
        return Listed(
            AlertSource.ALERTMANAGER,
            tuple(event for one, event in events if one.status.state != "suppressed"),
            frozenset(event.episode for _, event in events),
        )

    async def health(self) -> str:
        """Version of the server, for a person.

        Raises:
            SourceError: it is not well, or took too long.
        """
        try:
            async with asyncio.timeout(HEALTH_S):
                body = await self._client.get("/api/v2/status")
        except TimeoutError as error:
            text = f"{self.name} did not say how it is within {HEALTH_S:g} s"
            raise SourceTimeout(text, source=self.name) from error
        return f"version {_as(body, _Status, self.name).versionInfo.get('version', 'unknown')}"


class PrometheusAlerts:
    """The alerts of a Prometheus-compatible ruler, for those who have no Alertmanager."""

    def __init__(self, client: SourceClient) -> None:
        self._client = client
        self.name = client.name

    async def alerts(self, now: datetime) -> Listed:
        """Every alert that fires; a pending one does not yet.

        Raises:
            SourceError: it could not be asked, or answered something else.
        """
        body = await self._client.get("/api/v1/alerts")
        found = _as(body, _Answer, self.name)
        if found.status != "success":
            raise SourceMalformed(f"{self.name} could not list its alerts", source=self.name)
        firing = [one.event(now) for one in found.data.alerts[:MAX_ALERTS] if one.state == "firing"]
        return Listed(AlertSource.PROMETHEUS, tuple(firing), frozenset(event.episode for event in firing))


class _State(msgspec.Struct):
    state: str = "active"


class GettableAlert(msgspec.Struct):
    """One alert of the API's version 2, which Grafana speaks too; names are the server's."""

    labels: dict[str, str]
    startsAt: datetime  # noqa: N815
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    fingerprint: str = ""
    generatorURL: str = ""  # noqa: N815
    status: _State = msgspec.field(default_factory=_State)

    def event(self, now: datetime) -> AlertEvent:
        """The alert as every part of the product knows it."""
        return AlertEvent(
            source=AlertSource.ALERTMANAGER,
            fingerprint=self.fingerprint or fingerprint(self.labels),
            starts_at=self.startsAt.astimezone(UTC),
            ends_at=None,
            labels=self.labels,
            annotations=self.annotations,
            generator_url=self.generatorURL,
            received_at=now,
        )


class _Status(msgspec.Struct):
    versionInfo: dict[str, str] = msgspec.field(default_factory=dict)  # noqa: N815


class _RuleAlert(msgspec.Struct):
    labels: dict[str, str]
    state: str
    activeAt: datetime  # noqa: N815
    annotations: Mapping[str, str] = msgspec.field(default_factory=dict)

    def event(self, now: datetime) -> AlertEvent:
        """The alert as every part of the product knows it."""
        return AlertEvent(
            source=AlertSource.PROMETHEUS,
            fingerprint=fingerprint(self.labels),
            starts_at=self.activeAt.astimezone(UTC),
            ends_at=None,
            labels=self.labels,
            annotations=dict(self.annotations),
            received_at=now,
        )


class _RuleAlerts(msgspec.Struct):
    alerts: list[_RuleAlert]


class _Answer(msgspec.Struct):
    status: str
    data: _RuleAlerts


def read_alerts(body: bytes, name: str) -> list[GettableAlert]:
    """The alerts in an answer of the API's version 2.

    Raises:
        SourceMalformed: it is something else, or no list that anybody works with.
    """
    found = _as(body, list[GettableAlert], name)
    if len(found) > MAX_ALERTS:
        raise SourceMalformed(f"{name} lists more than {MAX_ALERTS} alerts", source=name)
    return found


def _as(body: bytes, kind: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise SourceMalformed(f"{name} does not answer as documented: {error}", source=name) from error

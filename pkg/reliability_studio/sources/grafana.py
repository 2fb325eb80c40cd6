"""Grafana's own HTTP API: what its alerting fires, and annotations on its graphs.

    listed = await GrafanaAlerts(client).alerts(now)
    id_ = await GrafanaAnnotations(client).add(mark)

The alerts are those of Grafana's own rules, from its built-in Alertmanager; fingerprint and start are those
that its contact points send, so both ways together make no alert twice.
"""

import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import msgspec

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.errors import SourceMalformed, SourceRejected
from reliability_studio.sources.alertmanager import Listed, read_alerts
from reliability_studio.sources.http import SourceClient

_ALERTS = "/api/alertmanager/grafana/api/v2/alerts"
_ANNOTATIONS = "/api/annotations"
_JSON = {"Content-Type": "application/json"}

T = TypeVar("T")


class GrafanaAlerts:
    """What fires in Grafana Alerting, for those who set up no contact point."""

    def __init__(self, client: SourceClient) -> None:
        self._client = client
        self.name = client.name

    async def alerts(self, now: datetime) -> Listed:
        """Every alert of Grafana's own rules that is not over.

        Raises:
            SourceError: it could not be asked, or answered something else.
        """
        wanted = {"active": "true", "silenced": "true", "inhibited": "true"}
        found = read_alerts(await self._client.get(_ALERTS, wanted), self.name)
        events = [(one, _public(one.event(now))) for one in found]
        return Listed(
            AlertSource.GRAFANA,
            tuple(event for one, event in events if one.status.state != "suppressed"),
            frozenset(event.episode for _, event in events),
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to show on graphs: a moment, or a stretch of time once it has an end."""

    text: str
    tags: tuple[str, ...]
    start: datetime
    end: datetime | None = None


class GrafanaAnnotations:
    """Annotations of the organisation: they belong to no dashboard and are found by their tags."""

    def __init__(self, client: SourceClient) -> None:
        self._client = client

    async def find(self, tags: Sequence[str]) -> int | None:
        """The id of an annotation that has all of these tags.

        Raises:
            SourceError: it could not be asked, or answered something else.
        """
        query = urllib.parse.urlencode(
            [("type", "annotation"), ("limit", "1"), *(("tags", tag) for tag in tags)]
        )
        found = _as(await self._client.get(f"{_ANNOTATIONS}?{query}"), list[_Found], self._client.name)
        return found[0].id if found else None

    async def add(self, mark: Mark) -> int:
        """Write an annotation; its id.

        Raises:
            SourceError: it was not taken.
        """
        body = msgspec.json.encode(_body(mark))
        return _as(await self._client.post_body(_ANNOTATIONS, body, _JSON), _Found, self._client.name).id

    async def change(self, annotation_id: int, mark: Mark) -> bool:
        """Write over an annotation; False when Grafana does not have it any more.

        Raises:
            SourceError: Grafana could not be reached.
        """
        body = msgspec.json.encode(_body(mark))
        try:
            await self._client.patch_body(f"{_ANNOTATIONS}/{annotation_id}", body, _JSON)
        except SourceRejected:
            return False
        return True


class _Found(msgspec.Struct):
    id: int


def _body(mark: Mark) -> Mapping[str, object]:
    start = _milliseconds(mark.start)
    end = start if mark.end is None else _milliseconds(mark.end)
    return {"text": mark.text, "tags": list(mark.tags), "time": start, "timeEnd": max(start, end)}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _public(event: AlertEvent) -> AlertEvent:
    """The alert as Grafana's contact points tell it: private labels and annotations stay with Grafana."""
    rule = event.labels.get("__alert_rule_uid__", "")
    told = {name: value for name, value in event.annotations.items() if not _private(name)}
    return replace(
        event,
        source=AlertSource.GRAFANA,
        labels={name: value for name, value in event.labels.items() if not _private(name)},
        annotations={**told, "rule_uid": rule} if rule else told,
    )


def _private(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _as(body: bytes, kind: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SourceMalformed(f"{name} does not answer as documented: {error}", source=name) from error

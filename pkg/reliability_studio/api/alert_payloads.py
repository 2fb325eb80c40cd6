"""What alert senders send, read into `AlertEvent`s once, at the edge.

    alertmanager_events   webhook version 4: `{version, groupKey, status, alerts: [...]}`
    grafana_events        the same envelope with `orgId`, `title`, `state` and more per alert
    generic_events        any JSON: the mapping of its integration says where the fields are

An alert whose `endsAt` is zero or lies in the future fires. Without a fingerprint the hash of its labels
stands in. Times are kept as they are told, since with the fingerprint they identify the episode.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from reliability_studio.api import codec
from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.errors import FieldProblem, Invalid
from reliability_studio.flows.integrations import Integration

MAX_LABELS = 200
MAX_NAME = 200
MAX_VALUE = 10_000
MAX_FINGERPRINT = 200
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Anything earlier is a zero value of the sender, not a time."""
_LAST = datetime(2200, 1, 1, tzinfo=UTC)

_ALERTMANAGER_HELP = (
    'this is not an Alertmanager webhook (version "4"): expected a JSON object with "alerts", each with'
    ' "labels", "startsAt" and "status"; remove a custom payload from the receiver'
)
_GRAFANA_HELP = (
    'this is not a webhook of a Grafana contact point: expected a JSON object with "alerts", each with'
    ' "labels", "startsAt" and "status"; remove a custom payload template from the contact point'
)


class _Alert(msgspec.Struct, rename="camel"):
    """One alert of an envelope. Values are foreign, so of any type."""

    labels: dict[str, Any]
    starts_at: str
    status: str = ""
    annotations: dict[str, Any] | None = None
    ends_at: str | None = None
    generator_url: str = msgspec.field(default="", name="generatorURL")
    fingerprint: str = ""
    dashboard_url: str = msgspec.field(default="", name="dashboardURL")
    panel_url: str = msgspec.field(default="", name="panelURL")
    silence_url: str = msgspec.field(default="", name="silenceURL")
    rule_uid: str = msgspec.field(default="", name="ruleUID")
    value_string: str = ""
    values: dict[str, Any] | None = None


class _Envelope(msgspec.Struct, rename="camel"):
    alerts: list[_Alert]
    version: str = ""


def alertmanager_events(body: bytes, now: datetime) -> tuple[AlertEvent, ...]:
    """The alerts in an Alertmanager webhook.

    Raises:
        BadRequest: it is no JSON; says where.
        Invalid: it is something else; says what was expected, and which field differs.
    """
    envelope = _read(body, _ALERTMANAGER_HELP)
    if envelope.version not in {"", "4"}:
        raise _unlike(_ALERTMANAGER_HELP, "$.version", f'is "{envelope.version[:20]}"')
    return _events(envelope, AlertSource.ALERTMANAGER, now, _ALERTMANAGER_HELP)


def grafana_events(body: bytes, now: datetime) -> tuple[AlertEvent, ...]:
    """The alerts in a webhook of a Grafana contact point.

    Raises:
        BadRequest: it is no JSON; says where.
        Invalid: it is something else; says what was expected, and which field differs.
    """
    return _events(_read(body, _GRAFANA_HELP), AlertSource.GRAFANA, now, _GRAFANA_HELP)


def generic_events(body: bytes, sender: Integration, now: datetime) -> tuple[AlertEvent, ...]:
    """The alerts in any JSON, by its mapping; one without a start is dated by whoever knows its episode.

    Raises:
        BadRequest: it is no JSON; says where.
        Invalid: the JSON lacks what the mapping names.
    """
    try:
        document = msgspec.json.decode(body or b"null")
    except codec.UNREADABLE as error:
        raise codec.malformed(body, error) from error
    mapping = sender.mapping
    items = _at(document, mapping.alerts) if mapping.alerts else document
    listed = items if isinstance(items, list) else [items]
    return tuple(_generic(item, sender, now, position) for position, item in enumerate(listed))


def _read(body: bytes, help_: str) -> _Envelope:
    try:
        return msgspec.json.decode(body or b"null", type=_Envelope)
    except msgspec.ValidationError as error:
        raise codec.invalid(str(error), help_) from error
    except codec.UNREADABLE as error:
        raise codec.malformed(body, error) from error


def _unlike(help_: str, path: str, problem: str) -> Invalid:
    return Invalid(f"{help_} ({path}: {problem})", (FieldProblem(path, problem),))


def _events(envelope: _Envelope, source: AlertSource, now: datetime, help_: str) -> tuple[AlertEvent, ...]:
    found: list[AlertEvent] = []
    for position, alert in enumerate(envelope.alerts):
        starts_at = _moment(alert.starts_at)
        if starts_at is None:
            raise _unlike(help_, f"$.alerts[{position}].startsAt", "is no time")
        labels = _texts(alert.labels)
        ends_at = _moment(alert.ends_at or "")
        over = ends_at is not None and ends_at <= now
        if alert.status == "resolved" and not over:
            ends_at = now
        elif alert.status == "firing" or not over:
            ends_at = None
        found.append(
            AlertEvent(
                source=source,
                fingerprint=_fingerprint(alert.fingerprint, labels),
                starts_at=starts_at,
                ends_at=ends_at,
                labels=labels,
                annotations={**_texts(alert.annotations or {}), **_more(alert)},
                generator_url=alert.generator_url[:MAX_VALUE],
                received_at=now,
            )
        )
    return tuple(found)


def _more(alert: _Alert) -> dict[str, str]:
    """What Grafana says beside the labels."""
    told = {
        "dashboard_url": alert.dashboard_url,
        "panel_url": alert.panel_url,
        "silence_url": alert.silence_url,
        "rule_uid": alert.rule_uid,
        "values": alert.value_string,
    }
    return {name: value[:MAX_VALUE] for name, value in told.items() if value}


def _generic(item: Any, sender: Integration, now: datetime, position: int) -> AlertEvent:
    mapping = sender.mapping
    name = _text(_at(item, mapping.name))
    if not name:
        where = f"{mapping.alerts}[{position}]." if mapping.alerts else ""
        raise Invalid.field(
            f"$.{where}{mapping.name}", "the body has no text there, which the mapping names as the name"
        )
    labels = {**mapping.labels, "alertname": name}
    for label, path in mapping.fields.items():
        value = _text(_at(item, path))
        if value:
            labels[label] = value[:MAX_VALUE]
    for label, path in (("service", mapping.service), ("severity", mapping.severity)):
        value = _text(_at(item, path)) if path else ""
        if value:
            labels[label] = value[:MAX_VALUE]
    key = _text(_at(item, mapping.key)) if mapping.key else ""
    status = _text(_at(item, mapping.status)).lower() if mapping.status else ""
    starts_at = _moment(_text(_at(item, mapping.starts_at))) if mapping.starts_at else None
    summary = _text(_at(item, mapping.summary)) if mapping.summary else ""
    return AlertEvent(
        source=AlertSource.GENERIC,
        integration=sender.name,
        fingerprint=fingerprint({"key": key}) if key else fingerprint(labels),
        starts_at=starts_at or now,
        ends_at=now if status in {word.lower() for word in mapping.resolved} else None,
        labels=labels,
        annotations={"summary": summary[:MAX_VALUE]} if summary else {},
        received_at=now,
    )


def _at(value: Any, path: str) -> Any:
    """What lies at `a.b.0.c`; None when the way ends."""
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdigit() and int(part[:6]) < len(value):
            value = value[int(part[:6])]
        else:
            return None
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def _texts(foreign: dict[str, Any]) -> dict[str, str]:
    """Labels or annotations as text; numbers become text, and what is neither is left out."""
    made: dict[str, str] = {}
    for name, value in list(foreign.items())[:MAX_LABELS]:
        text = value if isinstance(value, str) else _text(value)
        if name and (isinstance(value, str | int | float | bool)):
            made[name[:MAX_NAME]] = text[:MAX_VALUE]
    return made


def _fingerprint(told: str, labels: dict[str, str]) -> str:
    """What the sender calls the alert; the hash of its labels where the store could not keep that as it is.

    An episode is found again by its fingerprint. One that comes back changed (without its NUL, say) would
    never be found, and every repetition would fail, with all the alerts beside it.
    """
    kept = 0 < len(told) <= MAX_FINGERPRINT and told.isprintable()
    return told if kept else fingerprint(labels)


def _moment(text: str) -> datetime | None:
    """A time as senders write it, in UTC; None when it is none or a zero value."""
    try:
        found = datetime.fromisoformat(_micros(text))
        if found.tzinfo is None:
            return None
        utc = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return min(utc, _LAST) if utc >= _EARLIEST else None


def _micros(text: str) -> str:
    """Go writes nanoseconds, which Python's parser takes only up to microseconds."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}"

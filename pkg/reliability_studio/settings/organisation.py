"""The settings of one organisation: Grafana's jsonData and secureJsonData, over defaults from the ini.

Decoding never fails as a whole: what cannot be used is left out and listed in `Settings.problems`, all at
once, so that a slip in one source does not take incidents away from the people on call. Health shows the
problems. Secret values never appear in a problem, only their keys.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from reliability_studio.errors import FieldProblem
from reliability_studio.settings.alerts import AlertSettings, read_alerts
from reliability_studio.settings.annotations import AnnotationSettings, read_annotations
from reliability_studio.settings.detector import DetectorSettings, read_detector
from reliability_studio.settings.dialects import MOST as MOST_DIALECTS
from reliability_studio.settings.dialects import OwnDialect, read_dialects
from reliability_studio.settings.notifications import NotificationSettings, read_notifications
from reliability_studio.settings.reader import Reader, is_header_text
from reliability_studio.settings.retention import RetentionSettings, read_retention
from reliability_studio.settings.sources import (
    DEFAULT_KUBECONFIG,
    GrafanaSettings,
    SourceSettings,
    read_source,
)

SOURCE_NAMES = ("prometheus", "alertmanager", "loki", "tempo", "kubernetes")
"""The sources that are reached over HTTP, by the key of their settings."""

SECTIONS = (
    *SOURCE_NAMES,
    "grafana",
    "alerts",
    "notifications",
    "annotations",
    "retention",
    "dialects",
    "detector",
)
"""The sections of jsonData."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one organisation configured, ready for use."""

    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    """By name; a source that is not configured is absent."""
    grafana: GrafanaSettings | None = None
    database_url: str = field(default="", repr=False)
    """PostgreSQL for this organisation's data; empty means the embedded SQLite file."""
    alerts: AlertSettings = field(default_factory=AlertSettings)
    notifications: NotificationSettings = field(default_factory=NotificationSettings)
    annotations: AnnotationSettings = field(default_factory=AnnotationSettings)
    detector: DetectorSettings = field(default_factory=DetectorSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    dialects: tuple[OwnDialect, ...] = ()
    """How single services name their metrics."""
    problems: tuple[FieldProblem, ...] = ()

    def source(self, name: str) -> SourceSettings | None:
        """The source of that name, if configured."""
        return self.sources.get(name)


def decode(
    json_data: bytes,
    secure: Mapping[str, str],
    environ: Mapping[str, str] | None = None,
    grafana: Mapping[str, str] | None = None,
) -> Settings:
    """Narrow the settings of one organisation.

    Args:
        json_data: jsonData as Grafana sends it; empty, `null` or an object.
        secure: decrypted secrets by key.
        environ: the process environment: `GF_PLUGIN_PROMETHEUS_URL` and the like are defaults.
        grafana: Grafana's configuration map of the request (its address, a managed token).
    """
    problems: list[FieldProblem] = []
    root = Reader(_document(json_data, problems), "jsonData", problems)
    root.only(SECTIONS)
    defaults = environ or {}
    given = {**_secret_defaults(defaults), **{k: v for k, v in secure.items() if v}}
    secrets = _usable(given, problems)
    back = _grafana(root.child("grafana"), secrets, grafana or {})
    sources = {
        name: found
        for name in SOURCE_NAMES
        if (found := _source(root, name, secrets, back, defaults, problems)) is not None
    }
    return Settings(
        sources,
        back,
        _database(secrets, problems),
        read_alerts(root.child("alerts"), secrets),
        read_notifications(root.child("notifications"), secrets),
        read_annotations(root.child("annotations")),
        read_detector(root.child("detector")),
        read_retention(root.child("retention")),
        read_dialects(root.children("dialects", MOST_DIALECTS)),
        tuple(problems),
    )


def _document(json_data: bytes, problems: list[FieldProblem]) -> object:
    if not json_data.strip():
        return None
    try:
        document: object = json.loads(json_data)
        if b"\\ud" in json_data.lower():
            # Perhaps half of a surrogate pair: no answer that names it could leave the process.
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        problems.append(FieldProblem("jsonData", f"is not JSON: {error}"))
        return None
    return document


def _secret_defaults(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Secrets from the ini section: `GF_PLUGIN_PROMETHEUS_TOKEN` is `prometheusToken`."""
    found = {"databaseUrl": environ.get("GF_PLUGIN_DATABASE_URL", "")}
    for name in (*SOURCE_NAMES, "grafana"):
        found[f"{name}Token"] = environ.get(f"GF_PLUGIN_{name.upper()}_TOKEN", "")
        found[f"{name}Password"] = environ.get(f"GF_PLUGIN_{name.upper()}_PASSWORD", "")
    return {key: value for key, value in found.items() if value}


def _usable(secrets: Mapping[str, str], problems: list[FieldProblem]) -> Mapping[str, str]:
    """Secrets as calls can carry them: what is pasted often ends with a line's end, which no header holds."""
    good: dict[str, str] = {}
    for key, value in secrets.items():
        text = value if key.lower().endswith("password") else value.strip()
        if key.endswith("Token") and not is_header_text(text):
            problems.append(FieldProblem(f"secureJsonData.{key}", "must be printable ASCII on one line"))
        else:
            good[key] = text
    return good


def _grafana(reader: Reader, secrets: Mapping[str, str], config: Mapping[str, str]) -> GrafanaSettings | None:
    url = reader.url("url") or config.get("GF_APP_URL", "").rstrip("/")
    token = secrets.get("grafanaToken") or config.get("GF_PLUGIN_APP_CLIENT_SECRET", "")
    return GrafanaSettings(url, token) if url else None


def _source(
    root: Reader,
    name: str,
    secrets: Mapping[str, str],
    grafana: GrafanaSettings | None,
    environ: Mapping[str, str],
    problems: list[FieldProblem],
) -> SourceSettings | None:
    if not root.has(name):
        url = environ.get(f"GF_PLUGIN_{name.upper()}_URL", "")
        given = {"url": url} if url else None
        if name == "kubernetes" and not url and environ.get("KUBECONFIG"):
            given = {"kubeconfig": DEFAULT_KUBECONFIG}
        reader = Reader(given, f"environment.{name}", problems)
        return read_source(reader, name, secrets, grafana)
    return read_source(root.child(name), name, secrets, grafana)


def _database(secrets: Mapping[str, str], problems: list[FieldProblem]) -> str:
    url = secrets.get("databaseUrl", "").strip()
    if url and not url.startswith(("postgresql://", "postgres://")):
        problems.append(FieldProblem("secureJsonData.databaseUrl", "must start with postgresql://"))
        return ""
    return url

"""How alerts come in, beside Alertmanager's own webhook.

    "alerts": {"pollPrometheus": false, "pollGrafana": false,
               "signatureTimestampHeader": "X-Grafana-Alerting-Timestamp"}

The secret `grafanaWebhookSecret` is the HMAC secret of Grafana's contact point. Prometheus is asked for its
alerts only on request: an alert that also comes through Alertmanager would be there twice, under two
fingerprints. Grafana's own alerting is asked on request too, with the token of a service account
(`grafanaToken`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reliability_studio.settings.reader import Reader


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Ways in."""

    poll_prometheus: bool = False
    poll_grafana: bool = False
    grafana_secret: str = field(default="", repr=False)
    timestamp_header: str = ""


def read_alerts(reader: Reader, secure: Mapping[str, str]) -> AlertSettings:
    """Narrow the section."""
    reader.only(("pollPrometheus", "pollGrafana", "signatureTimestampHeader"))
    return AlertSettings(
        poll_prometheus=reader.flag("pollPrometheus", default=False),
        poll_grafana=reader.flag("pollGrafana", default=False),
        grafana_secret=secure.get("grafanaWebhookSecret", ""),
        timestamp_header=reader.text("signatureTimestampHeader"),
    )

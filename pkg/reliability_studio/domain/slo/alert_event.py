"""An alert of an SLO as everybody's door takes it: labels, annotations, people's own texts filled in.

Each goal that alerts has an alert of its own. The main one's identity is the SLO, so that it stays the same
alert when the objective is edited; a further one's is the SLO and what is promised.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.slo.alerting import AlertState
from reliability_studio.domain.slo.measure import Measurement
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.watching import MAIN, keyed
from reliability_studio.domain.slo.wording import filled

ALERT_NAME = "SLOBudgetBurn"

_SEVERITY_LABEL: Mapping[str, str] = {Severity.PAGE: "critical", Severity.TICKET: "warning"}


def event(
    slo: Slo,
    state: AlertState,
    text: str,
    now: datetime,
    *,
    key: str = MAIN,
    measured: Measurement | None = None,
    page: str = "",
) -> AlertEvent:
    """The alert as everybody's door takes it.

    Args:
        slo: whose alert.
        state: after `advance`; it fires, or has just ended.
        text: what the condition says, for a person.
        now: when this is reported.
        key: of the goal; it may be promised no more.
        measured: the numbers that it speaks of, for people's own texts.
        page: where SLOs are shown, as an address; empty: nobody knows.

    Raises:
        ValueError: there has been no episode.
    """
    if state.since is None:
        raise ValueError("there is no episode to report")
    definition = slo.definition
    goal = keyed(definition).get(key)
    promise = goal.text if goal else key
    identity = {"alertname": ALERT_NAME, "slo_id": slo.id, **({"objective": key} if key != MAIN else {})}
    labels = {
        **definition.labels,
        **identity,
        "objective": promise,
        "slo": definition.name,
        "service": definition.service,
        "severity": _SEVERITY_LABEL.get(state.severity, "warning"),
        "condition": state.condition,
    }
    url = f"{page}/{slo.id}" if page else ""
    said = {
        "slo": definition.name,
        "slo_id": slo.id,
        "service": definition.service,
        "owner": definition.owner,
        "objective": f"{goal.objective.text}%" if goal else promise,
        "window": goal.window.text if goal else "",
        "condition": state.condition,
        "severity": labels["severity"],
        "text": text,
        "url": url,
        "runbook_url": definition.runbook_url,
        **_numbers(measured),
    }
    annotations = {
        "summary": f"{definition.name}: {state.condition.replace('-', ' ')} ({promise})",
        "description": text,
        **({"runbook_url": definition.runbook_url} if definition.runbook_url else {}),
        **({"slo_url": url} if url else {}),
        **{
            name: filled(template, said, definition.labels)
            for name, template in definition.alerts.annotations.items()
        },
    }
    return AlertEvent(
        source=AlertSource.SLO,
        fingerprint=fingerprint(identity),
        starts_at=datetime.fromtimestamp(state.since, UTC),
        ends_at=None if state.ended is None else datetime.fromtimestamp(state.ended, UTC),
        labels=labels,
        annotations=annotations,
        generator_url=url,
        received_at=now,
    )


def _numbers(measured: Measurement | None) -> Mapping[str, str]:
    if measured is None or measured.remaining is None:
        return {}
    return {"remaining": f"{measured.remaining:.1%}", "bad_left": f"{measured.bad_left:.4g}"}

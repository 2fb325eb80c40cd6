"""Sloth's specifications (`version: prometheus/v1`, and `PrometheusServiceLevel`), read only.

Alerts that are disabled there stay so: of a severity its tiers, of both the objective's alert. A raw ratio
has no counts: it is taken as the mean of slices of five minutes, which is what Sloth makes of it.
"""

from collections.abc import Mapping

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import Indicator, Part, RatioIndicator, ShareIndicator
from reliability_studio.domain.slo.policy import AlertPolicy, Severity
from reliability_studio.domain.slo.spec import Budgeting, Definition, Occurrences, RatioTimeslices
from reliability_studio.domain.slo.windows import STANDARD_TIERS
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_code.drafts import Draft, Node, Notes, known_labels, settled, unsupported
from reliability_studio.flows.slo_code.queries import selector_of, windowed
from reliability_studio.sources.promql_text import parse_query

VERSION = "prometheus/v1"
KIND = "PrometheusServiceLevel"
WINDOW_DAYS = 30
"""Sloth has its window as an option of the program, not in the specification."""

RAW_SLICE_S = 300
"""Sloth averages ratios over five minutes."""


def read_sloth(document: Node, *, kubernetes: bool) -> list[Draft]:
    """The SLOs of one specification."""
    root = document.node("spec") if kubernetes else document
    service = root.text("service", "")
    slos = root.nodes("slos")
    if not slos:
        return [settled(service, service, Notes(), Invalid.field(f"{root.path}.slos", "must have an entry"))]
    return [_draft(service, root, slo, kubernetes=kubernetes) for slo in slos]


def _draft(service: str, root: Node, slo: Node, *, kubernetes: bool) -> Draft:
    notes = Notes()
    name = slo.text("name", "unnamed")
    spelt = _CAMEL if kubernetes else _SNAKE
    notes.warn(slo.path, f"has no window; rolling {WINDOW_DAYS}d is taken, Sloth's default")
    try:
        disabled = _disabled(slo.node("alerting"), spelt, notes)
        indicator, budgeting = _counted(slo.node("sli"), spelt, notes)
        definition = Definition(
            name=name,
            service=service,
            indicator=indicator,
            budgeting=budgeting,
            alerting=disabled != frozenset(Severity),
            alerts=_policy(disabled),
            objective=Objective.percent(slo.number("objective"), f"{slo.path}.objective"),
            window=Rolling(WINDOW_DAYS),
            description=slo.text("description", ""),
            labels=known_labels({**root.texts("labels"), **slo.texts("labels")}, f"{slo.path}.labels", notes),
        )
    except (Invalid, BadSpec) as error:
        return settled(name, service, notes, error)
    return Draft(name, service, definition, warnings=tuple(notes.warnings))


_SNAKE = {
    "errors": "error_query",
    "total": "total_query",
    "ratio": "error_ratio_query",
    Severity.PAGE: "page_alert",
    Severity.TICKET: "ticket_alert",
}
_CAMEL = {
    "errors": "errorQuery",
    "total": "totalQuery",
    "ratio": "errorRatioQuery",
    Severity.PAGE: "pageAlert",
    Severity.TICKET: "ticketAlert",
}
"""How keys are spelt in a file, and in Kubernetes."""


def _disabled(alerting: Node, spelt: Mapping[str, str], notes: Notes) -> frozenset[Severity]:
    """The severities of which nobody is to be told."""
    names = "alerts are named and labelled by the SLO; left out"
    unsupported([(alerting, key, names) for key in ("name", "labels", "annotations")], notes)
    found: set[Severity] = set()
    for severity in Severity:
        alert = alerting.node(spelt[severity])
        unsupported([(alert, key, names) for key in ("labels", "annotations")], notes)
        if alert.text("disable", "false") == "true":
            found.add(severity)
    return frozenset(found)


def _policy(disabled: frozenset[Severity]) -> AlertPolicy:
    if disabled == frozenset(Severity):
        return AlertPolicy()  # the whole alert is off
    return AlertPolicy(off=frozenset(tier for tier, severity in STANDARD_TIERS if severity in disabled))


def _counted(sli: Node, spelt: Mapping[str, str], notes: Notes) -> tuple[Indicator, Budgeting]:
    if sli.has("plugin"):
        raise Invalid.field(f"{sli.path}.plugin", "is a program of Sloth's; give events with two queries")
    if sli.has("raw"):
        raw, name = sli.node("raw"), spelt["ratio"]
        query = parse_query(windowed(raw.text(name)), f"{raw.path}.{name}", windowed=False)
        notes.warn(raw.path, f"has no counts: the mean of slices of {RAW_SLICE_S // 60} minutes is taken")
        return ShareIndicator(query, Part.BAD), RatioTimeslices(RAW_SLICE_S)
    events = sli.node("events")
    total, errors = (
        selector_of(events.text(spelt[key]), f"{events.path}.{spelt[key]}") for key in ("total", "errors")
    )
    return RatioIndicator(total, errors, Part.BAD), Occurrences()

"""Sloth's specifications (`version: prometheus/v1`, and `PrometheusServiceLevel`), read only."""

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import Part, RatioIndicator
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_code.drafts import Draft, Node, Notes, known_labels, settled, unsupported
from reliability_studio.flows.slo_code.queries import selector_of

VERSION = "prometheus/v1"
KIND = "PrometheusServiceLevel"
WINDOW_DAYS = 30
"""Sloth has its window as an option of the program, not in the specification."""


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
    error_query, total_query = ("errorQuery", "totalQuery") if kubernetes else ("error_query", "total_query")
    notes.warn(slo.path, f"has no window; rolling {WINDOW_DAYS}d is taken, Sloth's default")
    unsupported([(slo, "alerting", "burn-rate alerts follow from the objective; left out")], notes)
    try:
        sli = slo.node("sli")
        for other in ("raw", "plugin"):
            if sli.has(other):
                raise Invalid.field(f"{sli.path}.{other}", "has no counts; give events with two queries")
        events = sli.node("events")
        total = selector_of(events.text(total_query), f"{events.path}.{total_query}")
        errors = selector_of(events.text(error_query), f"{events.path}.{error_query}")
        definition = Definition(
            name=name,
            service=service,
            indicator=RatioIndicator(total, errors, Part.BAD),
            objective=Objective.percent(slo.number("objective"), f"{slo.path}.objective"),
            window=Rolling(WINDOW_DAYS),
            description=slo.text("description", ""),
            labels=known_labels({**root.texts("labels"), **slo.texts("labels")}, f"{slo.path}.labels", notes),
        )
    except (Invalid, BadSpec) as error:
        return settled(name, service, notes, error)
    return Draft(name, service, definition, warnings=tuple(notes.warnings))

"""OpenSLO v1, read; `openslo_out` writes it.

Every `kind: SLO` on Prometheus with a ratio of counters, a precomputed ratio or a value against a threshold;
an `indicatorRef` is looked up among the SLIs of the same text or folder. What OpenSLO has no field for (the
delay, the policy for missing slices, a histogram's threshold, which objectives alert and how) goes out as
annotations under our own prefix and comes back from there, so that export and import are inverse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import CALENDARS_OWN, SCALE, Calendar, Objective, Rolling, Window
from reliability_studio.domain.slo.indicators import (
    Indicator,
)
from reliability_studio.domain.slo.spec import (
    Budgeting,
    Definition,
    GroupBy,
    MissingData,
    Occurrences,
    RatioTimeslices,
    Timeslices,
)
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_code import composites
from reliability_studio.flows.slo_code.drafts import (
    Draft,
    MemberName,
    Node,
    Notes,
    duration_s,
    known_labels,
    settled,
    unsupported,
    whole_days,
)
from reliability_studio.flows.slo_code.openslo_indicators import indicator_of
from reliability_studio.flows.slo_code.openslo_out import NOBODY, PREFIX, UNITS
from reliability_studio.store.slo_document import alerts_from, goals_from


def read_slo(document: Node, indicators: Mapping[str, Node]) -> list[Draft]:
    """The SLOs of one document: objectives that hold the same counts against several targets are one.

    Args:
        document: of `kind: SLO`.
        indicators: the SLIs that there are, by name.
    """
    notes = Notes()
    metadata, spec = document.node("metadata"), document.node("spec")
    name = metadata.text("displayName", metadata.text("name", "unnamed"))
    service = spec.text("service", "")
    unsupported([(spec, "alertPolicies", "burn-rate alerts follow from the objective; left out")], notes)
    objectives = spec.nodes("objectives")
    if not objectives:
        problem = Invalid.field(f"{spec.path}.objectives", "must have at least one entry")
        return [settled(name, service, notes, problem)]
    if any(each.has("indicator") for each in objectives) and _names_members(metadata):
        # One objective per member: they all hold the target of the whole.
        objectives = objectives[:1]
    made: list[Draft] = []
    for objective in objectives:
        label = f"{name} {objective.text('displayName', _target_text(objective))}"
        made.append(_draft(label, service, (metadata, spec, objective), indicators, notes))
    joined = _joined(made, metadata)
    # One SLO has the document's name; several are told apart by their objectives.
    return [_named(name, joined[0])] if len(joined) == 1 else joined


def _joined(drafts: Sequence[Draft], metadata: Node) -> list[Draft]:
    """The drafts without those that count the same as one before them, which promises theirs as well."""
    groups: list[list[Draft]] = []
    for draft in drafts:
        same = next((group for group in groups if _counts_the_same(group[0], draft)), None)
        if same is None:
            groups.append([draft])
        else:
            same.append(draft)
    return [_promising(group, metadata) for group in groups]


def _counts_the_same(one: Draft, other: Draft) -> bool:
    a, b = one.definition, other.definition
    return a is not None and b is not None and a.meaning == b.meaning


def _promising(group: Sequence[Draft], metadata: Node) -> Draft:
    """The first of some drafts with what the others promise, and what annotations say of goals."""
    first = group[0]
    if first.definition is None:
        return first
    own = metadata.texts("annotations")
    goals = [replace(draft.definition.goals[0], alerting=False) for draft in group if draft.definition]
    path = f"{metadata.path}.annotations.{PREFIX}objectives"
    try:
        for at, goal in sorted(goals_from(own.get(f"{PREFIX}objectives", "{}")).items()):
            goals.insert(at, goal)
        if goals[0].window != first.definition.window:
            raise Invalid.field(path, "may not take the place of the main objective")
        told = _alerting(own.get(f"{PREFIX}alerting", "0"), len(goals), metadata.path)
        main, *further = (
            replace(goal, alerting=goal.alerting or at in told) for at, goal in enumerate(goals)
        )
        definition = replace(first.definition, alerting=main.alerting, further=tuple(further))
        return replace(first, definition=definition)
    except (Invalid, BadSpec) as error:
        return replace(settled(first.name, first.service, Notes(), error), warnings=first.warnings)
    except ValueError as error:
        problem = Invalid.field(path, f"cannot be read: {error}")
        return replace(settled(first.name, first.service, Notes(), problem), warnings=first.warnings)


def _alerting(text: str, most: int, path: str) -> frozenset[int]:
    """The numbers of the objectives that alert."""
    words = () if text.strip() == NOBODY else text.replace(",", " ").split()
    numbers = {str(number): number for number in range(most)}
    if not all(word in numbers for word in words):
        problem = f"must be `{NOBODY}` or numbers of objectives from 0, the main one, to {most - 1}"
        raise Invalid.field(f"{path}.annotations.{PREFIX}alerting", problem)
    return frozenset(numbers[word] for word in words)


def _named(name: str, draft: Draft) -> Draft:
    what = draft.definition
    return replace(draft, name=name, definition=what and replace(what, name=name))


def _draft(
    name: str, service: str, parts: tuple[Node, Node, Node], indicators: Mapping[str, Node], notes: Notes
) -> Draft:
    metadata, spec, objective = parts
    own = metadata.texts("annotations")
    try:
        indicator, members = _counted(spec, objective, indicators, own)
        definition = Definition(
            name=name,
            service=service,
            indicator=indicator,
            objective=_objective(objective),
            window=_window(spec, notes),
            budgeting=_budgeting(spec, objective),
            missing=MissingData(own.get(f"{PREFIX}missing-data", "ignore")),
            description=spec.text("description", ""),
            owner=own.get(f"{PREFIX}owner", ""),
            labels=known_labels(metadata.texts("labels"), f"{metadata.path}.labels", notes),
            runbook_url=own.get(f"{PREFIX}runbook-url", ""),
            delay_s=int(own.get(f"{PREFIX}delay-seconds", "60")),
            alerts=alerts_from(own.get(f"{PREFIX}alerts", "{}")),
            group_by=_group_by(own),
            editors=tuple(own.get(f"{PREFIX}editors", "").replace(",", " ").split()),
        )
    except (Invalid, BadSpec) as error:
        return settled(name, service, notes, error)
    except ValueError as error:
        problem = Invalid.field(f"{metadata.path}.annotations", f"cannot be read: {error}")
        return settled(name, service, notes, problem)
    return Draft(name, service, definition, warnings=tuple(notes.warnings), members=members)


def _counted(
    spec: Node, objective: Node, indicators: Mapping[str, Node], own: Mapping[str, str]
) -> tuple[Indicator, tuple[MemberName, ...]]:
    """What is counted, and the SLOs by name that it is made of."""
    if said := own.get(composites.ANNOTATION):
        return composites.read(said)
    return indicator_of(spec, objective, indicators, own), ()


def _names_members(metadata: Node) -> bool:
    """Whether it is made of SLOs that an annotation names."""
    return bool(metadata.texts("annotations").get(composites.ANNOTATION))


def _group_by(own: Mapping[str, str]) -> GroupBy | None:
    labels = tuple(own.get(f"{PREFIX}group-by", "").replace(",", " ").split())
    return GroupBy(labels, int(own.get(f"{PREFIX}max-groups", "100"))) if labels else None


def _target_text(objective: Node) -> str:
    return objective.text("targetPercent", objective.text("target", ""))


def _objective(objective: Node) -> Objective:
    if objective.has("target") == objective.has("targetPercent"):
        raise Invalid.field(objective.path, "give either `target` or `targetPercent`")
    if objective.has("target"):
        return Objective.percent(objective.number("target") * 100, f"{objective.path}.target")
    return Objective.percent(objective.number("targetPercent"), f"{objective.path}.targetPercent")


def _window(spec: Node, notes: Notes) -> Window:
    windows = spec.nodes("timeWindow")
    if not windows:
        notes.warn(f"{spec.path}.timeWindow", "is not given: rolling 30d is taken")
        return Rolling(30)
    if len(windows) > 1:
        raise Invalid.field(f"{spec.path}.timeWindow", "must have exactly one entry")
    [window] = windows
    length, path = window.text("duration"), f"{window.path}.duration"
    rolling = window.text("isRolling", "false" if window.has("calendar") else "true")
    if rolling == "true":
        return Rolling(whole_days(length, path))
    if length not in UNITS:
        raise Invalid.field(path, f"{length} is no calendar window here; use one of {', '.join(UNITS)}")
    calendar = window.node("calendar")
    zone = calendar.text("timeZone", "UTC")
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        raise Invalid.field(f"{calendar.path}.timeZone", f"{zone} is no time zone") from error
    try:
        anchor = datetime.fromisoformat(calendar.text("startTime", CALENDARS_OWN.isoformat()))
        return Calendar(UNITS[length], zone, anchor)
    except (ValueError, BadSpec) as error:
        raise Invalid.field(f"{calendar.path}.startTime", f"cannot be taken: {error}") from error


def _budgeting(spec: Node, objective: Node) -> Budgeting:
    method = spec.text("budgetingMethod", "Occurrences")
    if method == "Occurrences":
        return Occurrences()
    text, path = objective.text("timeSliceWindow", "1m"), f"{objective.path}.timeSliceWindow"
    width = int(text) * 60 if text.isdigit() else duration_s(text, path)
    if method == "RatioTimeslices":
        return RatioTimeslices(width)
    if method != "Timeslices":
        raise Invalid.field(f"{spec.path}.budgetingMethod", f"{method} is not known")
    target = objective.number("timeSliceTarget")
    # A slice may have to be perfect, which an SLO may not.
    whole = (
        Objective(SCALE)
        if target == 1
        else Objective.percent(target * 100, f"{objective.path}.timeSliceTarget")
    )
    return Timeslices(width, whole)

"""Composites as code: members are named by service and name, because ids mean nothing elsewhere.

    text ── read ──► a definition whose members are placeholders, and the names that they stand for
    checked          whether all of them are there, and can be put together
    resolved         the definition with the ids of the SLOs that have these names

OpenSLO puts objectives together by their burn rates, which is another thing. What is meant stands in an
annotation, as YAML: `{combine: mean, members: [{service: shop, name: reads, weight: 2.5}]}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import msgspec
import yaml

from reliability_studio.domain.slo.composite import unfit
from reliability_studio.domain.slo.indicators import Combine, CompositeIndicator, MemberSlo
from reliability_studio.domain.slo.spec import Definition, Slo
from reliability_studio.errors import FieldProblem, Invalid
from reliability_studio.flows.slo_code.drafts import Draft, MemberName, Node

ANNOTATION = "reliability-studio/composite"
PATH = f"$.metadata.annotations.{ANNOTATION}"


def written(indicator: CompositeIndicator, members: Mapping[str, Slo]) -> str:
    """What the annotation says; every member must be there, by its id."""
    named = [(members[each.slo_id].definition, each.weight.normalize()) for each in indicator.members]
    said = {
        "combine": indicator.combine.value,
        "members": [
            {"service": what.service, "name": what.name, "weight": f"{weight:f}"} for what, weight in named
        ],
    }
    return msgspec.json.encode(said).decode()


def missing(indicator: CompositeIndicator, members: Mapping[str, Slo]) -> str:
    """Why its members cannot all be named; empty when they can."""
    gone = next((each.slo_id for each in indicator.members if each.slo_id not in members), None)
    return "" if gone is None else f"its member '{gone}' is none of the SLOs that there are"


def read(text: str) -> tuple[CompositeIndicator, tuple[MemberName, ...]]:
    """The composite of an annotation, and whom its members' placeholders stand for.

    Raises:
        Invalid: it cannot be read; names the place.
        BadSpec: a rule of composites is broken.
    """
    try:
        # Texts, lists and mappings only, as the document around it is read.
        documents = list(yaml.load_all(text, Loader=yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError) as error:
        raise Invalid.field(PATH, f"is no YAML: {' '.join(str(error).split())[:300]}") from error
    node = Node(documents[0] if len(documents) == 1 else None, PATH)
    combine = node.text("combine", Combine.MEAN.value)
    if combine not in set(Combine):
        raise Invalid.field(f"{PATH}.combine", f"must be one of {', '.join(Combine)}")
    entries = node.nodes("members")
    names = tuple(MemberName(each.text("service"), each.text("name")) for each in entries)
    weights = [each.number("weight") if each.has("weight") else Decimal(1) for each in entries]
    members = [MemberSlo(name.text, weight) for name, weight in zip(names, weights, strict=True)]
    return CompositeIndicator(tuple(members), Combine(combine)), names


def checked(
    drafts: Sequence[Draft], known: Mapping[MemberName, Definition], *, elsewhere: bool = False
) -> list[Draft]:
    """The drafts; composites whose members are not among them, not known, or do not fit, are refused.

    Args:
        drafts: all that come in together.
        known: SLOs that are there already.
        elsewhere: whether members that are neither may still be where the drafts go: a warning then.
    """
    every = {**known, **{draft.key: draft.definition for draft in drafts if draft.definition is not None}}
    return [_checked(draft, every, elsewhere=elsewhere) for draft in drafts]


def _checked(draft: Draft, every: Mapping[MemberName, Definition], *, elsewhere: bool) -> Draft:
    definition = draft.definition
    if definition is None or not isinstance(definition.indicator, CompositeIndicator):
        return draft
    problems, warnings = list[FieldProblem](), list[FieldProblem]()
    for at, name in enumerate(draft.members):
        path = f"{PATH}.members[{at}]"
        if name in every:
            why = unfit(every[name], definition.indicator.combine)
            problems += [FieldProblem(path, why)] if why else []
        elif elsewhere:
            warnings.append(FieldProblem(path, f"'{name.text}' is not here: it must be where this goes"))
        else:
            problems.append(FieldProblem(path, _nowhere(name)))
    if problems:
        return replace(draft, definition=None, problems=(*draft.problems, *problems))
    return replace(draft, warnings=(*draft.warnings, *warnings))


def resolved(draft: Draft, definition: Definition, ids: Mapping[MemberName, str]) -> Definition:
    """The draft's definition with the ids of its members; of other SLOs as it is.

    Raises:
        Invalid: one of them is not there.
    """
    indicator = definition.indicator
    if not draft.members or not isinstance(indicator, CompositeIndicator):
        return definition
    found: list[MemberSlo] = []
    for at, (name, member) in enumerate(zip(draft.members, indicator.members, strict=True)):
        if name not in ids:
            raise Invalid.field(f"{PATH}.members[{at}]", _nowhere(name))
        found.append(replace(member, slo_id=ids[name]))
    return replace(definition, indicator=replace(indicator, members=tuple(found)))


def _nowhere(name: MemberName) -> str:
    return f"there is no SLO '{name.text}'"

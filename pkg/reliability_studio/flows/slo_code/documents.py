"""YAML text to drafts, whoever's specification each document is; and back to YAML text."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import yaml

from reliability_studio.domain.slo.indicators import CompositeIndicator
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.errors import BadRequest, FieldProblem, Invalid
from reliability_studio.flows.slo_code import composites, openslo, openslo_out, pyrra, rules, sloth
from reliability_studio.flows.slo_code.drafts import Draft, Node

MAX_TEXT = 2 << 20
MAX_DOCUMENTS = 2000

_COMPANIONS = frozenset(
    {"SLI", "Service", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"}
)


def read_documents(text: str) -> list[Draft]:
    """Every SLO of the text, whatever its documents are.

    Raises:
        BadRequest: it is no YAML; says where.
        Invalid: it is too long, has too many documents, or none that is known.
    """
    nodes = parsed(text)
    return drafts_of(nodes, indicators_of(nodes))


def parsed(text: str) -> list[Node]:
    """The documents of a text.

    Raises:
        BadRequest: it is no YAML; says where.
        Invalid: it is too long, has too many documents, or none that is known.
    """
    if len(text) > MAX_TEXT:
        raise Invalid.field("$.text", f"has {len(text)} characters; at most {MAX_TEXT} are taken")
    return [Node(each, f"$[{at}]") for at, each in enumerate(_documents(text))]


def indicators_of(nodes: Sequence[Node]) -> Mapping[str, Node]:
    """The SLIs among some documents, by the names under which SLOs refer to them."""
    return {
        node.node("metadata").text("name", ""): node
        for node in nodes
        if node.text("kind", "") == "SLI" and node.text("apiVersion", "") == openslo_out.VERSION
    }


def drafts_of(nodes: Sequence[Node], indicators: Mapping[str, Node]) -> list[Draft]:
    """Every SLO of some documents; `indicators` are the SLIs to which they may refer."""
    drafts: list[Draft] = []
    for node in nodes:
        drafts += _read(node, indicators)
    return _without_twins(drafts)


def _documents(text: str) -> list[object]:
    documents: list[object] = []
    try:
        # The base loader knows texts, lists and mappings only: no dates, no floats, no objects.
        for document in yaml.load_all(text, Loader=yaml.BaseLoader):
            if document not in (None, ""):
                documents.append(document)
            if len(documents) > MAX_DOCUMENTS:
                raise Invalid.field("$.text", f"has more than {MAX_DOCUMENTS} documents")
    except (yaml.YAMLError, RecursionError) as error:
        raise BadRequest(f"the text is no YAML: {' '.join(str(error).split())[:300]}") from error
    if not documents:
        raise Invalid.field("$.text", "holds no document")
    return documents


def _read(node: Node, indicators: Mapping[str, Node]) -> list[Draft]:
    version, kind = node.text("apiVersion", ""), node.text("kind", "")
    if version == openslo_out.VERSION and kind == "SLO":
        return openslo.read_slo(node, indicators)
    if version == openslo_out.VERSION and kind in _COMPANIONS:
        return []
    if version == pyrra.VERSION and kind == "ServiceLevelObjective":
        return pyrra.read_pyrra(node)
    if kind == sloth.KIND:
        return sloth.read_sloth(node, kubernetes=True)
    if node.text("version", "") == sloth.VERSION:
        return sloth.read_sloth(node, kubernetes=False)
    known = "OpenSLO (openslo/v1), Sloth (prometheus/v1) and Pyrra (pyrra.dev/v1alpha1) are read"
    return [Draft(kind or "?", "", None, (FieldProblem(node.path, f"is no specification of SLOs; {known}"),))]


def _without_twins(drafts: Sequence[Draft]) -> list[Draft]:
    """Two SLOs of one name and service in one text are a mistake: the second one is refused."""
    seen: set[tuple[str, str]] = set()
    kept: list[Draft] = []
    for draft in drafts:
        key = (draft.service, draft.name)
        if draft.definition is not None and key in seen:
            problem = FieldProblem(
                "$", f"{draft.service} has an SLO named '{draft.name}' in this text already"
            )
            kept.append(Draft(draft.name, draft.service, None, (problem,), draft.warnings))
            continue
        seen.add(key)
        kept.append(draft)
    return kept


def write_openslo(slos: Sequence[Slo], others: Sequence[Slo] = ()) -> str:
    """The SLOs as OpenSLO v1 documents; what could not be written, or not in its words, is a comment on top.

    Args:
        slos: which.
        others: SLOs of which composites may be made besides.
    """
    members = {slo.id: slo for slo in (*others, *slos)}
    used: set[str] = set()
    documents: list[Mapping[str, object]] = []
    notes: list[str] = []
    for slo in slos:
        indicator, label = slo.definition.indicator, f"{slo.definition.service}/{slo.definition.name}"
        if isinstance(indicator, CompositeIndicator):
            if why := composites.missing(indicator, members):
                notes.append(f"left out: {label}: {why}")
                continue
            notes.append(f"warning: {label}: {_OTHER_WORDS}")
        documents.append(openslo_out.written(slo.definition, _identifier(slo, used), members))
    return _comments(notes) + (_yaml_all(documents) if documents else "")


_OTHER_WORDS = (
    "OpenSLO puts objectives together by their burn rates; "
    f"what is meant is in the annotation {composites.ANNOTATION}, which others do not read"
)


def write_rules(slos: Sequence[Slo], now: int, others: Sequence[Slo] = ()) -> str:
    """The SLOs as a Prometheus rule file; what could not be written is a comment on top.

    Args:
        slos: which.
        now: Unix seconds.
        others: SLOs of which composites may be made besides.
    """
    groups, left_out = rules.rule_groups(slos, now, {slo.id: slo for slo in (*others, *slos)})
    return _comments([f"left out: {each}" for each in left_out]) + _yaml_all([{"groups": groups}])


def _comments(notes: Sequence[str]) -> str:
    return "".join(f"# {' '.join(each.split())}\n" for each in notes)


def _identifier(slo: Slo, used: set[str]) -> str:
    definition = slo.definition
    text = f"{definition.service}-{definition.name}".lower()
    name = re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:50].strip("-") or "slo"
    if name in used:
        name = f"{name[:40]}-{slo.id[:16]}"
    used.add(name)
    return name


class _Dumper(yaml.SafeDumper):
    """Decimals as plain numbers, in all their digits."""


_Dumper.add_representer(
    Decimal,
    lambda dumper, value: dumper.represent_scalar(
        f"tag:yaml.org,2002:{'int' if value == value.to_integral_value() else 'float'}",
        f"{value.normalize():f}",
    ),
)


def _yaml_all(documents: Sequence[object]) -> str:
    found: str = yaml.dump_all(
        documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, explicit_start=True
    )
    return found

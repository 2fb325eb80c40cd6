"""The text of a post-incident report: a template over the facts, the built-in one or an organisation's own.

    problems(text)            why a template cannot be used; empty when it can
    render(facts, text)       the report as Markdown

The language is Jinja's, as far as it can only tell facts: values, `if`, `for` over the lists below and a few
filters. What could run long, take memory or reach anything else (calls, arithmetic, loops in loops,
assignments, includes) is refused, so that nobody's template can hold up the process. Foreign text is made
harmless wherever it is put; only what people wrote as Markdown (summary, cause) stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reliability_studio.domain.incidents.lifecycle import durations
from reliability_studio.domain.incidents.model import Milestone
from reliability_studio.domain.incidents.report import Facts, chance, length, plain, utc

MAX_TEMPLATE = 20_000

INCIDENT = (
    "key",
    "title",
    "summary",
    "root_cause",
    "severity",
    "status",
    "services",
    "environment",
    "opened_by",
    "assignee",
    "drill",
)
"""What a template may say of `incident`."""

LISTS: Mapping[str, Sequence[str]] = {
    "roles": ("name", "who"),
    "milestones": ("name", "at", "by"),
    "durations": ("name", "took"),
    "runs": ("started", "resolved", "took"),
    "causes": ("title", "confidence"),
    "costs": ("name", "bad", "total", "share"),
    "timeline": ("at", "type", "title", "description", "author", "source"),
    "tasks": ("title", "kind", "assignee", "done"),
}
"""What `for` may go over, and what may be said of each item."""

FILTERS = ("default", "lower", "upper", "capitalize", "length")

DEFAULT = """\
# {{ incident.key }}: {{ incident.title }}

## Summary

{{ incident.summary | default('Nobody has written a summary yet.', true) }}

- Severity: {{ incident.severity }}
- Status: {{ incident.status }}
- Services: {{ incident.services }}
- Environment: {{ incident.environment | default('not given', true) }}
- Opened by: {{ incident.opened_by }}
{% for role in roles %}
- {{ role.name }}: {{ role.who }}
{% endfor %}
{% if incident.drill %}
- This was a drill.
{% endif %}

## Milestones

| Milestone | When (UTC) | By |
|---|---|---|
{% for one in milestones %}
| {{ one.name }} | {{ one.at }} | {{ one.by }} |
{% endfor %}

{% for one in durations %}
- Time to {{ one.name }}: {{ one.took }}
{% endfor %}
{% for run in runs %}
- Earlier run: {{ run.started }} to {{ run.resolved }}, {{ run.took }}
{% endfor %}

## Cause

{{ incident.root_cause | default('Nobody has written down the cause yet.', true) }}
{% if causes %}

Found by investigation:

{% for cause in causes %}
- {{ cause.title }} (confidence {{ cause.confidence }})
{% endfor %}
{% endif %}
{% if costs %}

## What it cost

{% for cost in costs %}
- {{ cost.name }}: {{ cost.bad }} of {{ cost.total }} events failed\
{% if cost.share %}, {{ cost.share }} of the budget{% endif %}

{% endfor %}
{% endif %}

## Timeline (UTC)

{% for entry in timeline %}
- {{ entry.at }} **{{ entry.title }}**\
{% if entry.description %}: {{ entry.description }}{% endif %}\
{% if entry.author %} ({{ entry.author }}){% endif %}

{% else %}
Nothing is recorded.
{% endfor %}

## Tasks and follow-ups

{% for task in tasks %}
- [{% if task.done %}x{% else %} {% endif %}] {{ task.title }} \
({{ task.kind }}{% if task.assignee %}, {{ task.assignee }}{% endif %})
{% else %}
None.
{% endfor %}
"""


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """What an organisation wrote."""

    text: str = ""
    """Empty: the built-in one."""


class Written(str):
    """Markdown that people wrote here; everything else is foreign."""

    __slots__ = ()


def problems(text: str) -> Iterator[str]:
    """Why a template cannot be used, with its line."""
    if len(text) > MAX_TEMPLATE:
        yield f"is longer than {MAX_TEMPLATE} letters"
        return
    try:
        found = [*_refused(_ENVIRONMENT.parse(text), {"incident": INCIDENT, **dict.fromkeys(LISTS, ())})]
        if not found:
            _compiled(text)
    except TemplateError as error:
        found = [f"line {getattr(error, 'lineno', 1)}: {error.message}"]
    except (RecursionError, SyntaxError):
        found = ["is nested too deeply"]
    yield from found


def render(facts: Facts, text: str = DEFAULT) -> str:
    """The report as Markdown; ends with one newline.

    Args:
        facts: what is known of the incident.
        text: a template without `problems`.
    """
    return _compiled(text).render(_values(facts)).rstrip() + "\n"


def _refused(node: nodes.Node, scope: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What of a template is not part of the language; `scope` has the fields of each name that is known."""
    if (why := _why(node, scope)) is not None:
        yield f"line {node.lineno}: {why}"
    if not isinstance(node, _ALLOWED):
        return
    if not isinstance(node, nodes.For):
        yield from (each for child in node.iter_child_nodes() for each in _refused(child, scope))
        return
    yield from (f"line {node.lineno}: {why}" for why in _refused_loop(node, scope))
    if isinstance(node.iter, nodes.Name) and isinstance(node.target, nodes.Name):
        inside = {**scope, node.target.name: LISTS.get(node.iter.name, ()), "loop": _LOOP}
        yield from (each for child in node.body for each in _refused(child, inside))
    yield from (each for child in node.else_ for each in _refused(child, scope))


def _why(node: nodes.Node, scope: Mapping[str, Sequence[str]]) -> str | None:
    """Why a node by itself cannot be, if it cannot."""
    match node:
        case nodes.Getattr(node=nodes.Name(name=name), attr=field) if field not in scope.get(name, (field,)):
            return f"{name} has no '{field}', only {', '.join(scope[name])}"
        case nodes.Getattr(attr=field) if not isinstance(node.node, nodes.Name):
            return f"'.{field}' stands behind a name only"
        case nodes.Name(name=name) if name not in scope:
            return f"there is no '{name}', only {', '.join(scope)}"
        case nodes.Filter(name=name) if name not in FILTERS:
            return f"there is no filter '{name}' here, only {', '.join(FILTERS)}"
        case nodes.Output() if whole := [
            each.name for each in node.nodes if isinstance(each, nodes.Name) and each.name in _WHOLES
        ]:
            return f"'{whole[0]}' is many things: name one of them"
    return (
        None if isinstance(node, _ALLOWED) else f"{type(node).__name__.lower()} is not possible in a report"
    )


def _refused_loop(loop: nodes.For, scope: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if "loop" in scope:
        yield "a loop within a loop is not possible in a report"
    if not (isinstance(loop.iter, nodes.Name) and loop.iter.name in LISTS):
        yield f"`for` goes over {', '.join(LISTS)}"
    if not isinstance(loop.target, nodes.Name) or loop.test is not None or loop.recursive:
        yield "`for` takes one name, and neither a condition nor `recursive`"


def _values(facts: Facts) -> Mapping[str, Any]:
    """What a template can tell, under the names that it knows."""
    incident, took = facts.incident, durations(facts.incident)
    return {
        "incident": {
            "key": incident.key,
            "title": incident.title,
            "summary": Written(incident.summary.strip()),
            "root_cause": Written(incident.root_cause.strip()),
            "severity": facts.ladder.called(incident.grade),
            "status": facts.statuses.called(*incident.standing),
            "services": ", ".join((incident.service, *incident.services)),
            "environment": incident.environment,
            "opened_by": incident.created_by,
            "assignee": incident.assignee,
            "drill": incident.drill,
        },
        "roles": [{"name": name, "who": who} for name, who in sorted(incident.roles.items())],
        "milestones": [
            {"name": milestone.value, "at": utc(stamp.at), "by": stamp.by}
            for milestone in Milestone
            if (stamp := incident.milestones.get(milestone)) is not None
        ],
        "durations": [
            {"name": name, "took": length(value)}
            for name, value in (
                ("detect", took.detect),
                ("acknowledge", took.acknowledge),
                ("mitigate", took.mitigate),
                ("resolve", took.resolve),
            )
        ],
        "runs": [
            {
                "started": utc(one.started),
                "resolved": utc(one.resolved),
                "took": length(one.resolved - one.started),
            }
            for one in incident.episodes
        ],
        "causes": [{"title": one.title, "confidence": chance(one.confidence)} for one in facts.causes],
        "costs": [
            {
                "name": one.name,
                "bad": one.bad,
                "total": one.total,
                "share": "" if one.share is None else f"{one.share:.1%}",
            }
            for one in facts.costs
        ],
        "timeline": [
            {
                "at": utc(entry.occurred_at),
                "type": entry.type.value,
                "title": entry.title,
                "description": entry.description.strip(),
                "author": entry.author,
                "source": entry.source,
            }
            for entry in facts.entries
        ],
        "tasks": [
            {"title": task.title, "kind": task.kind.value, "assignee": task.assignee, "done": task.done}
            for task in facts.tasks
        ],
    }


def _harmless(value: object) -> str:
    return value if isinstance(value, Written) else plain(str(value))


_LOOP = ("first", "last", "index")
_WHOLES = ("incident", *LISTS)
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Filter,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.For,
)
_ENVIRONMENT = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, finalize=_harmless, keep_trailing_newline=True
)


@lru_cache(maxsize=16)
def _compiled(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)

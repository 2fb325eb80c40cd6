"""Texts of an alert that people write themselves: `{{ name }}` stands for a value, and nothing else does.

There is no logic in a template: what it can say is decided here, so it is checked when it is written and
never fails when somebody is woken by it.
"""

import re
from collections.abc import Mapping

from reliability_studio.domain.slo.faults import BadSpec

NAMES = (
    "slo",
    "slo_id",
    "service",
    "owner",
    "objective",
    "window",
    "condition",
    "severity",
    "text",
    "remaining",
    "bad_left",
    "url",
    "runbook_url",
)
"""What a template may say; beside them `labels.team`, for every label of the SLO."""

MAX_TEMPLATES = 20
MAX_TEMPLATE = 2000

_LABELS = "labels."
_HOLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_ANNOTATION = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,99}")


def check(templates: Mapping[str, str], path: str) -> None:
    """Whether every template can be filled in.

    Raises:
        BadSpec: a name that means nothing, half a pair of braces, or too much text.
    """
    if len(templates) > MAX_TEMPLATES:
        raise BadSpec(path, f"has more than {MAX_TEMPLATES} entries")
    for name, template in templates.items():
        where = f"{path}.{name[:100]}"
        if not _ANNOTATION.fullmatch(name):
            raise BadSpec(where, "is not the name of an annotation: letters, digits and _")
        if not template.strip() or len(template) > MAX_TEMPLATE:
            raise BadSpec(where, f"must have 1 to {MAX_TEMPLATE} characters")
        for hole in _HOLE.findall(template):
            if hole not in NAMES and not hole.startswith(_LABELS):
                raise BadSpec(
                    where, f"does not know {{{{ {hole[:50]} }}}}; use {', '.join(NAMES)} or labels.NAME"
                )
        if "{{" in _HOLE.sub("", template) or "}}" in _HOLE.sub("", template):
            raise BadSpec(where, "has braces that do not belong together; write {{ service }}")


def filled(template: str, values: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """The template with its values; a label that the SLO does not have is empty."""

    def value(hole: re.Match[str]) -> str:
        name = hole[1]
        if name.startswith(_LABELS):
            return labels.get(name.removeprefix(_LABELS), "")
        return values.get(name, "")

    return _HOLE.sub(value, template)

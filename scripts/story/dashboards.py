"""The shipped dashboards' questions, asked of the data source as Grafana's panels ask them.

The stand-in host decodes every frame as strictly as Grafana does, and answers numbers that were decoded.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.story.api import Api, Document, at, items, text

FOLDER = Path(__file__).resolve().parents[2] / "src" / "dashboards"
SOURCE = "reliability-studio-datasource"
SPAN = {"from": "now-1h", "to": "now"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panels of one dashboard would show."""

    title: str
    queries: int
    frames: int
    rows: int
    problems: tuple[str, ...] = ()
    """Panels whose query failed, and why."""


def shown(api: Api, slo_id: str) -> list[Shown]:
    """Ask every query of every dashboard that reads the product's data source.

    Args:
        api: the host.
        slo_id: what the dashboard of one SLO is opened for; the other variables stand for all.
    """
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        dashboard = json.loads(path.read_text(encoding="utf-8"))
        asked = [(panel, _filled(target, slo_id)) for panel, target in _targets(dashboard["panels"])]
        if asked:
            found.append(_asked(api, dashboard["title"], asked))
    return found


def _asked(api: Api, title: str, asked: list[tuple[str, Document]]) -> Shown:
    queries = [{**query, "refId": f"Q{index}"} for index, (_, query) in enumerate(asked)]
    results = at(api.post("api/ds/query", {**SPAN, "queries": queries}), "results")
    answers = [at(results, f"Q{index}") for index in range(len(asked))]
    frames = [frame for answer in answers for frame in items(answer, "frames")]
    problems = [
        f"{panel}: {text(answer, 'error') or 'no answer'}"
        for (panel, _), answer in zip(asked, answers, strict=True)
        if answer is None or text(answer, "error")
    ]
    return Shown(title, len(asked), len(frames), sum(map(_rows, frames)), tuple(problems))


def _targets(panels: list[Document]) -> Iterator[tuple[str, Document]]:
    for panel in panels:
        yield from _targets(items(panel, "panels"))
        for target in items(panel, "targets"):
            if text(target, "datasource.type") == SOURCE:
                yield text(panel, "title"), target


def _filled(target: Document, slo_id: str) -> Document:
    """A target with the dashboard's variables set; one that stands for all leaves nothing."""
    filled = {name: _value(value, slo_id) for name, value in target.items() if name != "live"}
    return {**filled, "datasource": {"type": SOURCE, "uid": SOURCE}}


def _value(value: object, slo_id: str) -> object:
    if not isinstance(value, list):
        return value
    chosen = [slo_id if each == "$slo" else each for each in value]
    return [each for each in chosen if not (isinstance(each, str) and each.startswith("$"))]


def _rows(frame: Mapping[str, object]) -> int:
    columns = at(frame, "data.values")
    return len(columns[0]) if isinstance(columns, list) and columns and isinstance(columns[0], list) else 0

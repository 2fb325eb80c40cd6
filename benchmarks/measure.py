"""One measured number with its budget, and the table and JSON that a run ends with."""

import json
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measure:
    """One number: what was measured, its value, and what it should have been."""

    group: str
    what: str
    value: float
    unit: str
    budget: float | None = None
    """None: told for comparison, no budget."""
    at_least: bool = False
    """Whether the budget is a lower bound; otherwise it is an upper one."""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the budget was met; None without a budget."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.at_least else self.value <= self.budget


@dataclass(frozen=True, slots=True)
class Skipped:
    """A benchmark that could not run here, and why."""

    group: str
    reason: str


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0..1) of the values do not exceed, by nearest rank."""
    ordered = sorted(values)
    if not ordered:
        message = "there is no percentile of nothing"
        raise ValueError(message)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def machine() -> dict[str, str]:
    """What ran it: processor, cores, memory, kernel, Python. No host name."""
    memory = next(
        (line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")),
        "0",
    )
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if "model name" in line), ""
    )
    cores = sum(line.startswith("processor") for line in _lines("/proc/cpuinfo"))
    return {
        "processor": model or platform.machine(),
        "cores": str(cores),
        "memory": f"{int(memory) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def table(measures: Iterable[Measure | Skipped]) -> str:
    """A Markdown table, one line per number; budgets that were missed say so in capitals."""
    rows = [("benchmark", "what", "value", "budget", "met")]
    for each in measures:
        if isinstance(each, Skipped):
            rows.append((each.group, "skipped", each.reason, "", ""))
            continue
        sign = "≥" if each.at_least else "≤"
        budget = "" if each.budget is None else f"{sign} {_number(each.budget)} {each.unit}".rstrip()
        met = {True: "yes", False: "NO", None: ""}[each.met]
        what = f"{each.what} ({each.note})" if each.note else each.what
        rows.append((each.group, what, f"{_number(each.value)} {each.unit}".rstrip(), budget, met))
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def write_json(measures: Iterable[Measure | Skipped], into: Path, **facts: object) -> None:
    """The same numbers for machines, with what ran them."""
    into.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(each) | ({"met": each.met} if isinstance(each, Measure) else {}) for each in measures]
    into.write_text(json.dumps({"machine": machine(), **facts, "measures": rows}, indent=2) + "\n")


def _number(value: float) -> str:
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(errors="replace").splitlines() if file.exists() else []

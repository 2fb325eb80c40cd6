"""The queries that follow from a row of the table of dialects (`dialect_table.py`).

    found = recognise(names)                     which dialect and label a service speaks
    rates(spoken, "api", 600)                    bad and total requests per second, each one number
    latencies(spoken, "api", 600)                p50, p95, p99 in the dialect's own unit

Every query is a sum over all of the service's series: pods do not divide each other. Values are quoted, so
a service name can say anything and still be only a value.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reliability_studio.settings.dialects import OwnDialect
from reliability_studio.sources.dialect_table import TABLE, Dialect
from reliability_studio.sources.literals import quote
from reliability_studio.sources.promql import TAG, duration, tagged

QUANTILES = (0.5, 0.95, 0.99)

EDGES = "sum by (client, server) (rate(traces_service_graph_request_total[5m]))"
"""Who calls whom, and how often per second, as Tempo's service graph writes it."""

COURSE_S = 120
"""Range of the rates in a course over time."""

_NO_SUMMARY = 'quantile=""'
"""A summary has the name of a native histogram, and this label."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The dialect that a service speaks, and the label by which it is named there."""

    dialect: Dialect
    label: str
    named: str = ""
    """What the label says, where that is not the service's own name."""

    def selecting(self, service: str, condition: str = "", metric: str = "") -> str:
        """The selector of the service's series of a metric, by default its request counter."""
        return f"{metric or self.dialect.requests}{_where(self, service, condition)}"


def probe(service: str) -> str:
    """One query that shows which dialects know the service; each part carries its `key`."""
    parts = {
        key(dialect, label): f"count({dialect.requests}{_where(Spoken(dialect, label), service)})"
        for dialect in TABLE
        for label in dialect.services
    }
    return tagged(parts)


def key(dialect: Dialect, label: str) -> str:
    """Names one way of asking within `probe`."""
    return f"{dialect.name}/{label}"


def everybody(there: Collection[str]) -> str:
    """One query for every service of every dialect whose metric is there; empty when none is."""
    parts = {
        key(dialect, label): f"group by ({label}) ({dialect.requests}{_anybody(dialect, label)})"
        for dialect in TABLE
        if dialect.requests in there
        for label in dialect.services
    }
    return tagged(parts) if parts else ""


def named(answered: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The services in the answer to `everybody`: of each dialect by the likeliest label that it has."""
    by_key: dict[str, set[str]] = {}
    for labels in answered:
        value = next((each for name, each in labels.items() if name != TAG), "")
        by_key.setdefault(labels.get(TAG, ""), set()).add(value)
    found: set[str] = set()
    for dialect in TABLE:
        keys = [key(dialect, label) for label in dialect.services]
        found |= next((by_key[each] for each in keys if each in by_key), set())
    # With a single part there is no tag, and only one label to choose from.
    return frozenset((found or by_key.get("", set())) - {""})


def speakers(there: Collection[str], answered: Iterable[Mapping[str, str]]) -> tuple[Spoken, ...]:
    """Each dialect that somebody speaks, by the likeliest label; `answered` is the answer to `everybody`."""
    asked = [
        Spoken(dialect, label) for dialect in TABLE if dialect.requests in there for label in dialect.services
    ]
    # With a single part there is no tag, and whatever answered is that part's.
    keys = {labels.get(TAG, "") or key(asked[0].dialect, asked[0].label) for labels in answered if asked}
    found: dict[str, Spoken] = {}
    for each in asked:
        if key(each.dialect, each.label) in keys:
            found.setdefault(each.dialect.name, each)
    return tuple(found.values())


def recognise(keys: Iterable[str]) -> Spoken | None:
    """The first row of the table that had series; None when none had."""
    there = set(keys)
    for dialect in TABLE:
        for label in dialect.services:
            if key(dialect, label) in there:
                return Spoken(dialect, label)
    return None


def own(dialect: OwnDialect) -> Spoken:
    """How a service speaks that was described in the settings."""
    row = Dialect(
        "as configured",
        dialect.requests,
        (dialect.label,),
        (dialect.failed,),
        dialect.buckets,
        dialect.to_ms,
        certain=True,
    )
    return Spoken(row, dialect.label, "" if dialect.value == dialect.service else dialect.value)


def rates(spoken: Spoken, service: str, seconds: int, among: str = "") -> Mapping[str, str]:
    """Requests per second: `total` and `bad`. No `bad` series means that nothing tells failures.

    `among` is a further condition, by which one version's pods are told from the other's for example.
    """
    dialect, span = spoken.dialect, duration(seconds)

    def summed(condition: str = "") -> str:
        return f"sum({_rate(dialect, _where(spoken, service, among, condition), span)})"

    return {"total": summed(), "bad": _failed(dialect, summed)}


def latencies(
    spoken: Spoken, service: str, seconds: int, among: str = "", quantiles: Sequence[float] = QUANTILES
) -> Mapping[str, str]:
    """The quantiles `p50`, `p95`, `p99` or others, in the dialect's unit; from buckets, else native."""
    where = (f"{spoken.label}={quote(spoken.named or service)}", spoken.dialect.only, among)
    return {quantile(q): _quantile(spoken.dialect, q, where, duration(seconds)) for q in quantiles}


def quantile(share: float) -> str:
    """The name of a quantile, `p95` for 0.95."""
    return f"p{share * 100:g}"


def native(spoken: Spoken, service: str) -> str:
    """The selector of the native histograms of the service's durations."""
    return f"{spoken.dialect.durations}{_where(spoken, service, _NO_SUMMARY)}"


@dataclass(frozen=True, slots=True)
class Course:
    """One measure over time of all services at once, one series per service."""

    name: str
    kind: str
    query: str
    unit: str
    """Of the values as the query gives them."""


def everywhere(spoken: Spoken) -> tuple[Course, ...]:
    """Traffic, errors and latency of all services of the dialect."""
    dialect, label, span = spoken.dialect, spoken.label, duration(COURSE_S)

    def summed(condition: str = "") -> str:
        return f"sum by ({label}) ({_rate(dialect, _braced(dialect.only, condition), span)})"

    total = summed()
    found = [
        Course("request rate", "traffic", total, "requests/s"),
        Course("error ratio", "errors", f"({_failed(dialect, summed)}) / {total}", "share"),
    ]
    if dialect.durations:
        tail = f"{dialect.to_ms:g} * ({_quantile(dialect, 0.95, (dialect.only,), span, label)})"
        found.append(Course("p95", "latency", tail, "ms"))
    if dialect.spent:
        spent = f"sum by ({label}) (rate({dialect.spent}{_braced(dialect.only)}[{span}]))"
        found.append(Course("mean duration", "latency", f"{dialect.to_ms:g} * {spent} / ({total} > 0)", "ms"))
    return tuple(found)


def _failed(dialect: Dialect, summed: Callable[[str], str]) -> str:
    """Failed requests, none where requests say whether they failed and none did; else no series."""
    told = " or ".join(f"0 * {summed(each)}" for each in dialect.telling)
    return " or ".join([*(summed(each) for each in dialect.failed), told])


def _rate(dialect: Dialect, where: str, span: str) -> str:
    rate = f"rate({dialect.requests}{where}[{span}])"
    return f"histogram_count({rate})" if dialect.native else rate


def _quantile(dialect: Dialect, share: float, where: Sequence[str], span: str, label: str = "") -> str:
    """From buckets where there are any, else from native histograms; all servers can read both."""
    by = f" by ({label}) " if label else ""
    whole = f"sum{by}(rate({dialect.durations}{_braced(*where, _NO_SUMMARY)}[{span}]))"
    found = [f"histogram_quantile({share:g}, {whole})"]
    if dialect.buckets:
        bounds = ", ".join(["le", label] if label else ["le"])
        parts = f"sum by ({bounds}) (rate({dialect.buckets}{_braced(*where)}[{span}]))"
        found.insert(0, f"histogram_quantile({share:g}, {parts})")
    return " or ".join(found)


def _anybody(dialect: Dialect, label: str) -> str:
    return _braced(f"{label}!={quote('')}", _NO_SUMMARY if dialect.native else "")


def _braced(*conditions: str) -> str:
    return "{" + ",".join(dict.fromkeys(each for each in conditions if each)) + "}"


def _where(spoken: Spoken, service: str, *conditions: str) -> str:
    return _braced(f"{spoken.label}={quote(spoken.named or service)}", spoken.dialect.only, *conditions)

"""What a measurement is about: the closed list of kinds, how each behaves, and how foreign names map onto it.

Two families matter most. What *travels* (latency, errors, missing calls) is felt by callers of the faulty
service and must be explained away along the edges. What *stays* (cpu, memory, restarts, self-time) is local,
and explaining it away would only lose the answer. `classify` is the one place where foreign metric names,
units and foreign words for kinds become a kind; what it does not know becomes `GENERIC`, which is still
evidence, only weaker.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Kind(StrEnum):
    """What is measured."""

    LATENCY = "latency"
    ERRORS = "errors"
    AVAILABILITY = "availability"
    TRAFFIC = "traffic"
    CPU = "cpu"
    THROTTLING = "throttling"
    MEMORY = "memory"
    GARBAGE = "garbage"
    OOM = "oom"
    RESTARTS = "restarts"
    REPLICAS = "replicas"
    DISK = "disk"
    DISK_IO = "disk_io"
    NETWORK = "network"
    NETWORK_ERRORS = "network_errors"
    CONNECTIONS = "connections"
    QUEUE = "queue"
    THREADS = "threads"
    NODE = "node"
    DNS = "dns"
    CERTIFICATE = "certificate"
    SELF_TIME = "self_time"
    EDGE_GAP = "edge_gap"
    LOG_ERRORS = "log_errors"
    LOG_PATTERN = "log_pattern"
    EVENT = "event"
    GENERIC = "generic"


class Family(StrEnum):
    """Kinds that say the same thing in different words; they share one cap when evidence is added up."""

    SYMPTOM = "symptom"
    TRAFFIC = "traffic"
    CAPACITY = "capacity"
    FAILURE = "failure"
    NETWORK = "network"
    TRACE = "trace"
    LOGS = "logs"
    GENERIC = "generic"


class Type(StrEnum):
    """Types of findings; part of the API."""

    CHANGE = "change"
    SATURATION = "saturation"
    FAILURE = "failure"
    ERROR = "error"
    LATENCY = "latency"
    TRAFFIC = "traffic"
    LOG_PATTERN = "log_pattern"
    TRACE = "trace"


class Way(StrEnum):
    """Along which edges evidence is passed on, if at all."""

    STAYS = "stays"
    TO_CALLERS = "to_callers"
    TO_CALLEES = "to_callees"


@dataclass(frozen=True, slots=True)
class Nature:
    """How one kind behaves."""

    family: Family
    type: Type
    way: Way = Way.STAYS
    direction: int = 1
    """The bad direction: +1 up, -1 down, 0 either."""
    floor: float = 0.0
    """Smallest spread that counts as noise, in the kind's own unit."""
    relative_floor: float = 0.05
    """The same as a share of the usual level."""
    effect: float = 0.1
    """Smallest shift, as a share of the usual level, that is worth a word."""
    drifts: bool = False
    """Whether it grows slowly by nature, so that only the long normal is a fair comparison."""
    words: str = ""
    """The cause in words, when this is the strongest local evidence."""


_S, _C, _F = Family.SYMPTOM, Family.CAPACITY, Family.FAILURE

NATURES: Mapping[Kind, Nature] = {
    Kind.LATENCY: Nature(_S, Type.LATENCY, Way.TO_CALLERS, effect=0.15, words="slow by itself"),
    Kind.ERRORS: Nature(_S, Type.ERROR, Way.TO_CALLERS, floor=0.003, words="failing by itself"),
    Kind.AVAILABILITY: Nature(
        _S, Type.ERROR, Way.TO_CALLERS, -1, floor=0.003, effect=0.01, words="unavailable"
    ),
    Kind.TRAFFIC: Nature(
        Family.TRAFFIC, Type.TRAFFIC, Way.TO_CALLEES, 0, effect=0.3, words="a change in traffic"
    ),
    Kind.CPU: Nature(_C, Type.SATURATION, floor=0.005, effect=0.2, words="processor exhaustion"),
    Kind.THROTTLING: Nature(_C, Type.SATURATION, floor=0.01, effect=0.2, words="processor throttling"),
    Kind.MEMORY: Nature(_C, Type.SATURATION, effect=0.1, drifts=True, words="memory exhaustion"),
    Kind.GARBAGE: Nature(_C, Type.SATURATION, effect=0.3, words="garbage collection pauses"),
    Kind.OOM: Nature(_F, Type.FAILURE, floor=0.3, words="killed for lack of memory"),
    Kind.RESTARTS: Nature(_F, Type.FAILURE, floor=0.3, words="restarting containers"),
    Kind.REPLICAS: Nature(_F, Type.FAILURE, direction=-1, floor=0.3, words="missing replicas"),
    Kind.DISK: Nature(_C, Type.SATURATION, effect=0.05, drifts=True, words="disk space"),
    Kind.DISK_IO: Nature(_C, Type.SATURATION, effect=0.3, words="disk load"),
    Kind.NETWORK: Nature(Family.GENERIC, Type.TRAFFIC, direction=0, effect=0.3, words="network volume"),
    Kind.NETWORK_ERRORS: Nature(
        Family.NETWORK, Type.FAILURE, floor=0.01, effect=0.3, words="network loss or delay"
    ),
    Kind.CONNECTIONS: Nature(_C, Type.SATURATION, effect=0.2, words="connection exhaustion"),
    Kind.QUEUE: Nature(_C, Type.SATURATION, floor=0.5, effect=0.3, words="a growing queue"),
    Kind.THREADS: Nature(_C, Type.SATURATION, floor=1.0, effect=0.2, words="thread exhaustion"),
    Kind.NODE: Nature(_F, Type.FAILURE, floor=0.3, words="a node in trouble"),
    Kind.DNS: Nature(Family.NETWORK, Type.FAILURE, floor=0.01, effect=0.3, words="name resolution"),
    Kind.CERTIFICATE: Nature(_F, Type.FAILURE, direction=-1, effect=0.5, words="an expired certificate"),
    Kind.SELF_TIME: Nature(Family.TRACE, Type.TRACE, effect=0.2, words="slow code of its own"),
    Kind.EDGE_GAP: Nature(
        Family.NETWORK, Type.TRACE, floor=0.5, effect=0.3, words="delay on its network connections"
    ),
    Kind.LOG_ERRORS: Nature(
        Family.LOGS, Type.LOG_PATTERN, Way.TO_CALLERS, floor=0.5, effect=0.5, words="errors in its logs"
    ),
    Kind.LOG_PATTERN: Nature(Family.LOGS, Type.LOG_PATTERN, floor=0.5, words="a new or elevated log line"),
    Kind.EVENT: Nature(_F, Type.FAILURE, floor=0.3, words="a failure that Kubernetes reports"),
    Kind.GENERIC: Nature(Family.GENERIC, Type.SATURATION, direction=0, effect=0.2, words="an unusual metric"),
}

_PATTERNS: tuple[tuple[Kind, str], ...] = (
    # Order matters: the specific words come before the broad ones that they contain.
    (Kind.EDGE_GAP, r"edge[_ -]?gap"),
    (Kind.SELF_TIME, r"self[_ -]?(time|duration|latency)|exclusive[_ -]?(time|duration)"),
    (Kind.LOG_ERRORS, r"(log|logger|logging).*(error|warn|fatal|exception|event)|exceptions?(_|$)"),
    (Kind.CERTIFICATE, r"cert|tls.*expir|x509"),
    (Kind.DNS, r"(^|[_.])(core)?dns"),
    (Kind.OOM, r"oom"),
    (Kind.THROTTLING, r"throttl|cfs_"),
    (Kind.GARBAGE, r"(^|[_.])gc([_.]|$)|garbage|safepoint|stop_the_world|gil_wait|event_?loop"),
    (Kind.RESTARTS, r"restart|crash|terminated_reason"),
    (Kind.NODE, r"node.*(pressure|ready|condition)|(memory|disk|pid)_?pressure"),
    (
        Kind.REPLICAS,
        (
            r"replicas?(_|$).*(available|ready|running)|(available|ready|running).*replicas?"
            r"|pods?_(ready|running)"
        ),
    ),
    (
        Kind.NETWORK_ERRORS,
        (
            r"retrans|packet.*(loss|drop)|(net|network|tcp|receive|transmit|rx|tx).*(drop|err|fail|loss)"
            r"|connect.*fail|failed_connect|(^|[_.])rtt|round_?trip|network.*(latency|delay)"
        ),
    ),
    (
        Kind.QUEUE,
        r"queue|backlog|pending|(consumer|replication)_?lag|(^|[_.])lag([_.]|$)|in_?flight|unacked",
    ),
    (Kind.CONNECTIONS, r"pool|connections?|sockets?|file_?desc|(^|[_.])fds?([_.]|$)|sessions"),
    (Kind.THREADS, r"threads?|goroutines?|workers?_?(busy|active)|processes"),
    (
        Kind.DISK_IO,
        (
            r"disk.?io|io_?(time|wait|util)|(fs|disk|block|blkio|storage).*(read|write|iops|ops|io)"
            r"|iops|(reads|writes)_(bytes|completed)"
        ),
    ),
    (Kind.DISK, r"disk|filesystem|(^|[_.])fs[_.]|volume|inode|storage"),
    (Kind.NETWORK, r"(network|net|rx|tx|receive|transmit|ingress|egress|bandwidth).*(byte|packet|rate|$)"),
    (Kind.CPU, r"cpu|processor|load_?(avg|average|1|5)"),
    (Kind.MEMORY, r"mem|rss|heap|working_?set|swap"),
    (Kind.AVAILABILITY, r"availab|success|(^|[_.])up$|healthy|uptime_check"),
    (Kind.ERRORS, r"err|fail|5xx|4xx|exception|status_?5|fault|abort|reject|timeout|unsuccess"),
    (
        Kind.LATENCY,
        (
            r"laten|durat|response_?time|(^|[_.-])(p|quantile)_?(50|75|90|95|99|999)([_.]|$)|elapsed|_seconds$|"
            r"(^|[_.])rt([_.]|$)|apdex|slow|processing_?time|delay"
        ),
    ),
    (
        Kind.TRAFFIC,
        (
            r"request|traffic|workload|throughput|(^|[_.])(rps|qps|tps|rpm|calls|hits|load|count|invocations?"
            r"|rate)"
            r"([_.]|$)|calls|messages"
        ),
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_WORDS: Mapping[str, Kind] = {
    **{kind.value: kind for kind in Kind},
    "error": Kind.ERRORS,
    "error_rate": Kind.ERRORS,
    "error_ratio": Kind.ERRORS,
    "mem": Kind.MEMORY,
    "request": Kind.TRAFFIC,
    "requests": Kind.TRAFFIC,
    "rate": Kind.TRAFFIC,
    "workload": Kind.TRAFFIC,
    "load": Kind.TRAFFIC,
    "io": Kind.DISK_IO,
    "diskio": Kind.DISK_IO,
    "socket": Kind.CONNECTIONS,
    "sockets": Kind.CONNECTIONS,
    "duration": Kind.LATENCY,
    "lat": Kind.LATENCY,
    "restart": Kind.RESTARTS,
    "pool": Kind.CONNECTIONS,
    "net": Kind.NETWORK,
    "log": Kind.LOG_ERRORS,
    "logs": Kind.LOG_ERRORS,
}
_SILENT_WORDS = frozenset({"", "gauge", "counter", "histogram", "summary", "untyped", "unknown", "other"})
"""What a `kind` column says without saying what is measured: the name decides then."""

_CUMULATIVE = re.compile(r"(_total|_count|_sum)$")


@lru_cache(maxsize=65_536)
def classify(name: str, kind: str = "", unit: str = "") -> Kind:
    """The kind of a metric from what its source calls it, its name and its unit, in this order."""
    word = kind.strip().lower().replace("-", "_").replace(" ", "_")
    known = _WORDS.get(word)
    if known is not None and known is not Kind.GENERIC:
        return known
    text = _CUMULATIVE.sub("", name.strip().lower().replace("-", "_").replace("/", "_").replace(" ", "_"))
    candidates = (text,) if word in _SILENT_WORDS or known is Kind.GENERIC else (word, text)
    for candidate in candidates:
        found = next((each for each, pattern in _COMPILED if pattern.search(candidate)), None)
        if found is not None:
            return found
    return _by_unit(unit.strip().lower())


def cumulative(name: str) -> bool:
    """Whether the name promises a counter that only grows."""
    return _CUMULATIVE.search(name) is not None


def _by_unit(unit: str) -> Kind:
    if unit in {"ms", "s", "us", "ns", "seconds", "milliseconds"}:
        return Kind.LATENCY
    if unit in {"cores", "millicores"}:
        return Kind.CPU
    if unit in {"rps", "req/s", "reqps", "ops"}:
        return Kind.TRAFFIC
    return Kind.GENERIC

"""What runtimes, pools, queues and databases say about themselves, where the usual exporters are there."""

from reliability_studio.domain.checks.check import Check, Condition, Op
from reliability_studio.domain.checks.metric import metric
from reliability_studio.domain.correlation.kinds import Kind, Type

_WHO = ("service", "application", "service_name", "app", "job")
_BY = "service, application, service_name, app, job"


def _resource(
    id_: str,
    title: str,
    kind: Kind,
    query: str,
    needs: tuple[str, ...],
    fix: str,
    unit: str,
    condition: Condition | None = None,
    by: tuple[str, ...] = _WHO,
) -> Check:
    return metric(
        id_,
        title,
        Type.SATURATION,
        kind,
        query=query,
        needs=needs,
        by=by,
        unit=unit,
        condition=condition,
        fix=fix,
    )


CHECKS: tuple[Check, ...] = (
    _resource(
        "pool-waiting",
        "Requests that wait for a database connection",
        Kind.CONNECTIONS,
        f"sum by ({_BY}) (hikaricp_connections_pending)",
        ("hikaricp_connections_pending",),
        "a slow query holds the pool, or the pool is too small",
        "requests",
        Condition(Op.ABOVE, 0.5),
    ),
    _resource(
        "gc-pauses",
        "Garbage collection",
        Kind.GARBAGE,
        f"sum by ({_BY}) (rate(jvm_gc_pause_seconds_sum[$range]))",
        ("jvm_gc_pause_seconds_sum",),
        "the heap is nearly full, or far too much is allocated",
        "s/s",
        Condition(Op.ABOVE, 0.05),
    ),
    _resource(
        "threads",
        "Threads and goroutines",
        Kind.THREADS,
        f"max by ({_BY}) (go_goroutines or jvm_threads_live_threads)",
        ("go_goroutines|jvm_threads_live_threads",),
        "something waits: take a thread dump",
        "threads",
    ),
    _resource(
        "file-descriptors",
        "Open files against their limit",
        Kind.CONNECTIONS,
        f"max by ({_BY}) (process_open_fds / process_max_fds)",
        ("process_open_fds", "process_max_fds"),
        "connections or files are not closed, or the limit is too low",
        "share",
        Condition(Op.ABOVE, 0.8),
    ),
    _resource(
        "event-loop",
        "Event loop delay",
        Kind.GARBAGE,
        f"max by ({_BY}) (nodejs_eventloop_lag_p99_seconds)",
        ("nodejs_eventloop_lag_p99_seconds",),
        "something computes on the event loop",
        "s",
        Condition(Op.ABOVE, 0.7),
    ),
    _resource(
        "database-connections",
        "Database connections against their limit",
        Kind.CONNECTIONS,
        f"max by ({_BY}) (sum by ({_BY}, instance) (pg_stat_activity_count) / on (instance) group_left () "
        "max by (instance) (pg_settings_max_connections))",
        ("pg_stat_activity_count", "pg_settings_max_connections"),
        "close idle connections or put a pooler before the database",
        "share",
        Condition(Op.ABOVE, 0.9),
    ),
    _resource(
        "dropped-connections",
        "Connections that nginx dropped",
        Kind.CONNECTIONS,
        f"sum by ({_BY}) ("
        "(rate(nginx_connections_accepted[$range]) - rate(nginx_connections_handled[$range])) or "
        '(rate(nginx_vts_main_connections{status="accepted"}[$range]) - ignoring (status) '
        'rate(nginx_vts_main_connections{status="handled"}[$range])))',
        ("nginx_connections_handled|nginx_vts_main_connections",),
        "nginx is at a limit: raise worker_connections and the limit of open files, or add replicas",
        "connections/s",
        Condition(Op.ABOVE, 0.01),
    ),
    _resource(
        "replication-lag",
        "Replication lag",
        Kind.QUEUE,
        f"max by ({_BY}) (pg_replication_lag_seconds or mysql_slave_status_seconds_behind_master)",
        ("pg_replication_lag_seconds|mysql_slave_status_seconds_behind_master",),
        "the replica cannot follow: look at its disk and at long transactions",
        "s",
        Condition(Op.ABOVE, 30.0),
    ),
    _resource(
        "consumer-lag",
        "Queue lag",
        Kind.QUEUE,
        "sum by (consumergroup) (kafka_consumergroup_lag)",
        ("kafka_consumergroup_lag",),
        "consumers are too slow or gone",
        "messages",
        by=("consumergroup",),
    ),
)

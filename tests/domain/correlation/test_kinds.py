"""Foreign metric names become kinds."""

import pytest

from reliability_studio.domain.correlation.kinds import NATURES, Family, Kind, Way, classify, cumulative


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("container_cpu_usage_seconds_total", Kind.CPU),
        ("container_cpu_cfs_throttled_periods_total", Kind.THROTTLING),
        ("container_memory_working_set_bytes", Kind.MEMORY),
        ("jvm_gc_pause_seconds_sum", Kind.GARBAGE),
        ("kube_pod_container_status_restarts_total", Kind.RESTARTS),
        ("kube_deployment_status_replicas_available", Kind.REPLICAS),
        ("container_fs_reads_bytes_total", Kind.DISK_IO),
        ("node_filesystem_avail_bytes", Kind.DISK),
        ("container_network_receive_bytes_total", Kind.NETWORK),
        ("container_network_receive_packets_dropped_total", Kind.NETWORK_ERRORS),
        ("node_netstat_Tcp_RetransSegs", Kind.NETWORK_ERRORS),
        ("hikaricp_connections_active", Kind.CONNECTIONS),
        ("kafka_consumer_lag", Kind.QUEUE),
        ("jvm_threads_live", Kind.THREADS),
        ("http_server_request_duration_seconds", Kind.LATENCY),
        ("latency-90", Kind.LATENCY),
        ("checkout_latency_p50", Kind.LATENCY),
        ("http_requests_total", Kind.TRAFFIC),
        ("istio_requests_error_rate", Kind.ERRORS),
        ("success_rate", Kind.AVAILABILITY),
        ("coredns_dns_responses", Kind.DNS),
        ("probe_ssl_earliest_cert_expiry", Kind.CERTIFICATE),
        ("logback_error_events", Kind.LOG_ERRORS),
        ("workload", Kind.TRAFFIC),
        ("something_strange", Kind.GENERIC),
    ],
)
def test_a_metric_is_recognised_by_its_name(name: str, kind: Kind) -> None:
    assert classify(name) is kind


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("mem", Kind.MEMORY),
        ("diskio", Kind.DISK_IO),
        ("Latency P95", Kind.LATENCY),
        ("error-rate", Kind.ERRORS),
        ("gauge", Kind.CPU),
        ("generic", Kind.CPU),
        ("", Kind.CPU),
    ],
)
def test_the_kind_that_the_source_states_wins_if_it_states_one(kind: str, expected: Kind) -> None:
    assert classify("cpu_usage", kind) is expected


@pytest.mark.parametrize(
    ("unit", "kind"), [("ms", Kind.LATENCY), ("cores", Kind.CPU), ("rps", Kind.TRAFFIC), ("", Kind.GENERIC)]
)
def test_the_unit_decides_when_the_name_says_nothing(unit: str, kind: Kind) -> None:
    assert classify("x7", "", unit) is kind


def test_only_symptoms_and_traffic_and_logs_of_callers_travel() -> None:
    travelling = {kind for kind, nature in NATURES.items() if nature.way is not Way.STAYS}
    assert travelling == {Kind.LATENCY, Kind.ERRORS, Kind.AVAILABILITY, Kind.TRAFFIC, Kind.LOG_ERRORS}
    assert {k for k, n in NATURES.items() if n.family is Family.SYMPTOM} < travelling
    assert set(NATURES) == set(Kind)


def test_a_counter_is_told_by_its_suffix() -> None:
    assert cumulative("http_requests_total")
    assert not cumulative("cpu_usage")

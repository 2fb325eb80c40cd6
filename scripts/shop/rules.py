"""The alert rules that the shop's owners would have: too many failures, too slow."""

import json


def alert_rules(window: str = "15s", hold: str = "3s", failing: float = 0.15, slow: float = 1.0) -> str:
    """A Prometheus rule file (JSON, which is YAML).

    Args:
        window: range of the rates; at least four scrape intervals.
        hold: how long a condition must last before it fires.
        failing: share of failed requests above which a service is paged for.
        slow: 95th percentile in seconds above which a ticket is written.
    """
    failures = f'sum by (service) (rate(http_requests_total{{code=~"5.."}}[{window}]))'
    total = f"sum by (service) (rate(http_requests_total[{window}]))"
    buckets = f"sum by (service, le) (rate(http_request_duration_seconds_bucket[{window}]))"
    rules = [
        _rule(
            "HighErrorRate",
            f"{failures} / {total} > {failing:g}",
            hold,
            "critical",
            "{{ $labels.service }} fails {{ $value | humanizePercentage }} of its requests",
        ),
        _rule(
            "HighLatency",
            f"histogram_quantile(0.95, {buckets}) > {slow:g}",
            hold,
            "warning",
            "{{ $labels.service }} answers in {{ $value | humanizeDuration }} at the 95th percentile",
        ),
    ]
    return json.dumps({"groups": [{"name": "shop", "rules": rules}]}, indent=2)


def _rule(name: str, expression: str, hold: str, severity: str, summary: str) -> dict[str, object]:
    return {
        "alert": name,
        "expr": expression,
        "for": hold,
        "labels": {"severity": severity, "team": "shop", "namespace": "shop"},
        "annotations": {
            "summary": summary,
            "description": f"{name} on {{{{ $labels.service }}}} of the demo shop.",
        },
    }

"""Metrics: there from the start, bounded, in Prometheus text."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.observability.metrics import OTHER, Metrics


def text(metrics: Metrics) -> str:
    return metrics.text().decode()


def test_every_declared_combination_is_there_at_zero():
    metrics = Metrics()
    metrics.counters("alerts", "Alerts taken in.", {"source": ("webhook", "poll"), "result": ("ok", "bad")})
    for source in ("webhook", "poll"):
        for result in ("ok", "bad"):
            series = f'reliability_studio_alerts_total{{result="{result}",source="{source}"}} 0.0'
            alike = f'reliability_studio_alerts_total{{source="{source}",result="{result}"}} 0.0'
            assert series in text(metrics) or alike in text(metrics)


@given(st.lists(st.text(max_size=5), max_size=50))
def test_invented_label_values_count_as_other(values: list[str]):
    metrics = Metrics()
    family = metrics.counters("alerts", "Alerts taken in.", {"source": ("webhook",)})
    for value in values:
        family.of(source=value).inc()
    lines = [
        line for line in text(metrics).splitlines() if line.startswith("reliability_studio_alerts_total")
    ]
    assert len(lines) <= 2
    assert sum(float(line.rsplit(" ", 1)[1]) for line in lines) == len(values)
    assert all('source="webhook"' in line or f'source="{OTHER}"' in line for line in lines)


def test_a_value_can_be_declared_later():
    metrics = Metrics()
    family = metrics.gauges("queue", "Waiting.", {"name": ("a",)})
    family.declare("name", "b")
    family.of(name="b").set(3)
    assert 'reliability_studio_queue{name="b"} 3.0' in text(metrics)


def test_histograms_are_in_seconds_with_the_products_buckets():
    metrics = Metrics()
    metrics.histogram("work_seconds", "Work.").observe(0.02)
    metrics.histograms("call_seconds", "Calls.", {"rpc": ("QueryData",)}).of(rpc="QueryData").observe(0.02)
    assert 'reliability_studio_work_seconds_bucket{le="0.025"} 1.0' in text(metrics)
    assert 'reliability_studio_call_seconds_count{rpc="QueryData"} 1.0' in text(metrics)


def test_plain_counters_and_gauges_carry_the_prefix():
    metrics = Metrics()
    metrics.counter("opened", "Opened.").inc()
    metrics.gauge("open", "Open.").set(2)
    assert "reliability_studio_opened_total 1.0" in text(metrics)
    assert "reliability_studio_open 2.0" in text(metrics)


def test_outside_a_loop_there_are_no_tasks_to_count():
    assert "\nreliability_studio_asyncio_tasks " not in text(Metrics())


async def test_inside_a_loop_its_tasks_are_counted():
    metrics = Metrics()
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0))
        assert "\nreliability_studio_asyncio_tasks 2.0" in text(metrics)


def test_two_processes_worth_of_metrics_do_not_collide():
    Metrics().counter("opened", "Opened.")
    Metrics().counter("opened", "Opened.")

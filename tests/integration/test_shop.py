"""The simulated shop: the same for the same seed, credible on a good day, and its fault travels upwards."""

import json
import re
import subprocess
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from scripts.servers import alertmanager, prometheus
from scripts.servers.alertmanager import ALERTMANAGER
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from scripts.shop import Shop, alert_rules, serve
from scripts.shop.exposition import page, write_history
from tests.support.servers import need_program
from tests.support.waiting import eventually

START = 1_760_000_000.0


def pages(shop: Shop) -> str:
    return "".join(page(pod, shop.now) for pod in shop.pods.values())


def failing(shop: Shop, since: dict[str, Counter[str]] | None = None) -> dict[str, float]:
    """Share of 5xx answers per service since an earlier `counts`."""
    shares = {}
    for service, codes in counts(shop).items():
        fresh = codes - since[service] if since else codes
        shares[service] = (fresh["500"] + fresh["502"]) / fresh.total()
    return shares


def counts(shop: Shop) -> dict[str, Counter[str]]:
    totals: dict[str, Counter[str]] = {}
    for (service, _), pod in shop.pods.items():
        totals.setdefault(service, Counter()).update(pod.requests)
    return totals


def test_the_same_seed_gives_the_same_numbers_however_often_it_is_scraped():
    """Ticks decide, not scrapes; another seed is another day."""
    often, once, other = Shop(START, seed=3), Shop(START, seed=3), Shop(START, seed=4)
    for second in range(60):
        often.advance(START + second + 0.3)
    once.advance(START + 59.3)
    other.advance(START + 59.3)
    assert pages(often) == pages(once)
    assert pages(once) != pages(other)


def test_a_good_day_has_few_failures_and_every_pod_takes_its_share():
    """Far below one in a thousand fails, and two pods share the load."""
    shop = Shop(START)
    shop.advance(START + 1800)
    assert all(share < 0.002 for share in failing(shop).values())
    one, two = (sum(shop.pods["payments", slot].requests.values()) for slot in (0, 1))
    assert 0.9 < one / two < 1.1


def test_what_was_scraped_before_goes_on_in_the_same_series(tmp_path: Path):
    """The past comes from a file and the present from loopback: one process has one address in both."""
    shop, history = Shop(START), tmp_path / "history.om"
    write_history(shop, START + 120, history)
    shop.advance(START + 121)
    past = set(re.findall(r"^http_requests_total\{[^}]*\}", history.read_text(), re.MULTILINE))
    present = set(re.findall(r"^http_requests_total\{[^}]*\}", pages(shop), re.MULTILINE))
    assert past
    assert past <= present
    assert all('instance="' in series for series in present)


def test_the_series_of_an_error_code_appears_with_its_first_error():
    """As real exporters do: no request with a code, no series for it."""
    shop = Shop(START)
    shop.advance(START + 2)
    assert 'code="500"' not in page(shop.pods["payments", 0], shop.now)
    shop.fault.begin(START + 2)
    shop.advance(START + 10)
    assert 'code="500"' in page(shop.pods["payments", 0], shop.now)


def test_the_service_graph_counts_the_calls_that_the_callee_took():
    shop = Shop(START)
    shop.advance(START + 60)
    text = pages(shop)
    edges = set(re.findall(r'request_total\{client="([^"]+)",server="([^"]+)"', text))
    assert edges == {
        ("frontend", "api-gateway"),
        ("api-gateway", "orders"),
        ("api-gateway", "users"),
        ("orders", "payments"),
    }
    calls = sum(map(int, re.findall(r'graph_request_total\{[^}]*server="payments"[^}]*\} (\d+)', text)))
    assert calls == counts(shop)["payments"].total()


def test_a_bad_rollout_hurts_payments_and_its_callers_but_not_its_siblings():
    """payments → orders → api-gateway → frontend, each less than the one below; users stays well."""
    shop = Shop(START)
    shop.advance(START + 60)
    shop.fault.begin(START + 60)
    shop.advance(START + 70)
    before = counts(shop)
    shop.advance(START + 130)
    now = failing(shop, before)
    assert 0.4 < now["payments"] < 0.6
    assert now["payments"] > now["orders"] > now["api-gateway"] > now["frontend"] > 0.05
    assert now["users"] < 0.01


def test_a_rollback_brings_new_pods_and_ends_the_failures():
    """Replaced pods have new names and count from zero."""
    shop = Shop(START)
    good = shop.pods["payments", 0].name
    shop.fault.begin(START)
    shop.advance(START + 20)
    bad = shop.pods["payments", 0]
    shop.fault.end(START + 20)
    shop.advance(START + 30)
    fresh = shop.pods["payments", 0]
    before = counts(shop)
    shop.advance(START + 90)
    assert (bad.version, fresh.version) == ("v2", "v1")
    assert len({good, bad.name, fresh.name}) == 3
    assert (
        len({bad.address, fresh.address, *(pod.address for pod in shop.pods.values())}) == len(shop.pods) + 1
    )
    assert sum(fresh.requests.values()) < 90 * 40
    assert failing(shop, before)["payments"] < 0.01


def test_cumulated_buckets_never_fall_and_end_at_the_count():
    """A histogram that Prometheus may trust, at every scrape."""
    shop = Shop(START)
    shop.fault.begin(START + 30)
    for second in range(1, 60):
        shop.advance(START + second)
        for pod in shop.pods.values():
            assert min(pod.buckets) >= 0
            assert sum(pod.buckets) == sum(pod.requests.values())


@pytest.mark.integration
def test_promtool_finds_no_fault_with_a_pods_page():
    """Names, types and help follow Prometheus's own conventions."""
    need_program(PROMTOOL)
    shop = Shop(START)
    shop.advance(START + 30)
    done = subprocess.run(
        [PROMTOOL.find(), "check", "metrics"],
        input=page(shop.pods["orders", 0], shop.now),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.integration
def test_history_and_present_join_in_a_real_prometheus(tmp_path: Path):
    """Six hours of backfilled counters go on where they ended: nothing is counted twice or lost."""
    need_program(PROMETHEUS, PROMTOOL)
    now = time.time()  # noqa: TID251
    shop = Shop(now - 6 * 3600)
    history = tmp_path / "history.om"
    write_history(shop, now, history)
    with serve(shop, time.time) as scraped, prometheus(targets=scraped.targets, blocks=history) as server:  # noqa: TID251

        def fresh():
            return server.query('count(http_requests_total{service="users"} > 0) by (service)')

        eventually(fresh)
        eventually(lambda: server.query("count(up == 1)") == [({}, 10.0)])
        time.sleep(3)
        (_, growth) = server.query('sum(increase(http_requests_total{service="frontend"}[5h]))')[0]
        (_, resets) = server.query("sum(resets(http_requests_total[6h]))")[0]
        assert resets == 0
        assert 5 * 3600 * 20 < growth < 5 * 3600 * 60


@pytest.mark.integration
def test_the_fault_fires_real_alerts_with_service_and_severity():
    """Prometheus evaluates the rules on scraped pages, and Alertmanager gets what fires."""
    need_program(PROMETHEUS, PROMTOOL, ALERTMANAGER)
    with (
        serve(Shop(time.time()), time.time) as shop,  # noqa: TID251
        alertmanager() as alerts,
        prometheus(targets=shop.targets, rules=alert_rules(), alertmanagers=[alerts.address]) as server,
    ):
        eventually(lambda: server.query("sum(rate(http_requests_total[15s])) > 0"))
        assert alerts.alerts() == []
        shop.begin_fault()
        wanted = {("HighErrorRate", "payments"), ("HighLatency", "payments"), ("HighErrorRate", "orders")}
        eventually(
            lambda: wanted <= {(a["labels"]["alertname"], a["labels"]["service"]) for a in alerts.alerts()},
            40,
        )
        labels = [alert["labels"] for alert in alerts.alerts()]
    assert "users" not in {each["service"] for each in labels}
    assert all(each["severity"] in {"critical", "warning"} for each in labels)


def test_unknown_paths_are_not_served():
    """Only /metrics is there."""
    with serve(Shop(START), lambda: START) as shop:
        address = shop.targets[0].address
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as reply:
            assert re.search(r"^# TYPE http_requests_total counter$", reply.read().decode(), re.MULTILINE)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://{address}/", timeout=5)
    assert json.loads(alert_rules())["groups"][0]["name"] == "shop"

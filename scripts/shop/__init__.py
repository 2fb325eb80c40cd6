"""A small web shop that does not exist: five services behind each other, their traffic, and a bad rollout.

    services.py     who calls whom, how often, how fast, how reliably
    fault.py        the script of the bad rollout: which version runs in which slot at which moment
    simulation.py   counters and gauges of ten pods, moved on in fixed ticks, the same for the same seed
    exposition.py   what a pod shows at /metrics, and the past as OpenMetrics text
    logs.py         what the pods write
    traces.py       a sample of the requests, walked through the services
    cluster.py      pods, deployments, replica sets and events as Kubernetes would have them
    targets.py      one HTTP port per pod for a real Prometheus to scrape
    witnesses.py    logs, traces and cluster behind stand-ins for Loki, Tempo and Kubernetes
    hostile.py      the same witnesses when all that they tell tries to be markup
    rules.py        the alert rules that the shop's owners would have

For the demo and the tests only; the product knows nothing of it.
"""

from scripts.shop.fault import BadRollout
from scripts.shop.rules import alert_rules
from scripts.shop.simulation import Shop
from scripts.shop.targets import ShopTargets, serve
from scripts.shop.witnesses import serve_witnesses, witness

__all__ = ["BadRollout", "Shop", "ShopTargets", "alert_rules", "serve", "serve_witnesses", "witness"]

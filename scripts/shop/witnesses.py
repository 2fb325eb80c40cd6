"""The shop's logs, traces and cluster behind stand-ins for Loki, Tempo and the Kubernetes API.

    seen = witness(shop)                       before the shop moves, so that its past is known
    with serve_witnesses(targets, seen) as sources:
        sources["loki"]                        an address on loopback

Each question moves the shop to the present first, as a scrape does.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from scripts.shop.cluster import KINDS, ShopCluster
from scripts.shop.logs import Logs
from scripts.shop.simulation import Shop
from scripts.shop.targets import ShopTargets
from scripts.shop.traces import Traces
from scripts.stand_ins import Asked, Cluster, Loki, Reply, Tempo, Watch, serve

VERSION = "0-simulated (demo stand-in)"
"""What the servers say they are, so that the health check says it too."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What writes down what the shop does beside its metrics."""

    logs: Logs
    traces: Traces
    cluster: Cluster


def witness(shop: Shop) -> Witnesses:
    """Follow a shop from here on."""
    logs, traces, cluster = Logs(), Traces(shop.fault), Cluster(KINDS, version=VERSION)
    shop.watchers += [logs, traces, ShopCluster(shop, cluster)]
    return Witnesses(logs, traces, cluster)


@contextlib.contextmanager
def serve_witnesses(targets: ShopTargets, seen: Witnesses) -> Iterator[Mapping[str, str]]:
    """Addresses of `loki`, `tempo` and `kubernetes`, which end with the context."""

    def now(answer: Callable[[Asked], Reply | Watch]) -> Callable[[Asked], Reply | Watch]:
        def answered(asked: Asked) -> Reply | Watch:
            with targets.present():
                return answer(asked)

        return answered

    def news(kind: str, since: int) -> list[tuple[int, bytes]]:
        with targets.present():
            return list(seen.cluster.happened(kind, since))

    with (
        serve(now(Loki(seen.logs.streams, version=VERSION).answer)) as loki,
        serve(now(Tempo(seen.traces, version=VERSION).answer)) as tempo,
        serve(now(seen.cluster.answer), news) as kubernetes,
    ):
        yield {"loki": loki, "tempo": tempo, "kubernetes": kubernetes}

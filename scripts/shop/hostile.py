"""The shop's witnesses when all that they tell tries to be markup: log lines, requests, events.

For tests of pages that show what strangers write. Names stay what they are, because sources find by them.
"""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from scripts.shop.cluster import EVENT_KIND, KINDS, ShopCluster
from scripts.shop.logs import Line, Logs
from scripts.shop.simulation import Shop
from scripts.shop.traces import Traces
from scripts.shop.witnesses import VERSION, Witnesses
from scripts.stand_ins.kubernetes import Cluster, Object
from scripts.stand_ins.tempo import Search

MARKUP = '<img src=x onerror="window.__broken=1">'
"""What a page that trusts it would run."""


def hostile_witness(shop: Shop) -> Witnesses:
    """Follow a shop from here on, and tell of it in markup."""
    logs, traces, cluster = HostileLogs(), HostileTraces(shop.fault), HostileCluster(KINDS, version=VERSION)
    shop.watchers += [logs, traces, ShopCluster(shop, cluster)]
    return Witnesses(logs, traces, cluster)


class HostileLogs(Logs):
    """Failures are logged with markup in their message."""

    @override
    def streams(self) -> list[tuple[Mapping[str, str], Sequence[Line]]]:
        """Labels and lines of every pod that ever ran, oldest line first."""
        return [
            (labels, [(at, text.replace("request failed", MARKUP)) for at, text in lines])
            for labels, lines in super().streams()
        ]


class HostileTraces(Traces):
    """Requests are called with markup."""

    @override
    def search(self, wanted: Search) -> list[Mapping[str, object]]:
        """The first traces found, newest first, with the spans that matched."""
        return [
            {**found, "rootTraceName": f"{found['rootTraceName']} {MARKUP}"}
            for found in super().search(wanted)
        ]


class HostileCluster(Cluster):
    """Events say it in markup."""

    @override
    def put(self, kind: str, item: Object) -> None:
        """Add an object, or change it."""
        super().put(kind, {**item, "note": f"{item['note']} {MARKUP}"} if kind == EVENT_KIND else item)

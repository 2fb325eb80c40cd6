"""Risks in how one service is placed and tied together, as its page shows them (row 112).

The same checks as an investigation's, asked about one service at a moment when nothing may be wrong.
"""

from datetime import datetime

from reliability_studio.domain.catalog import Service
from reliability_studio.domain.checks import structure
from reliability_studio.domain.checks.check import Checked, Inputs
from reliability_studio.domain.checks.report import report
from reliability_studio.domain.correlation.answer import USED
from reliability_studio.domain.correlation.evidence import Likely, Onset, Verdict, Window
from reliability_studio.domain.correlation.telemetry import Source
from reliability_studio.domain.correlation.topology import Graph
from reliability_studio.errors import NotFound, StudioError
from reliability_studio.flows.check_inputs import guarded, pod_states
from reliability_studio.flows.checks import Checks
from reliability_studio.flows.gathered_columns import calls
from reliability_studio.flows.sights import Placement
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.cluster_objects import Pod
from reliability_studio.store import catalog
from reliability_studio.store.engine import Database

NAMESPACE = "namespace"
"""The label of a service that says where it runs."""
_IDS = frozenset(check.id for check in structure.CHECKS)


class Risks:
    """Structural risks of the services of one organisation."""

    def __init__(self, org_id: int, database: Database, signals: Signals) -> None:
        self._org_id = org_id
        self._database = database
        self._signals = signals
        self._checks = Checks(org_id, database)

    async def of(self, name: str, now: datetime) -> tuple[Checked, ...]:
        """What each structural check says about a service; checks that are switched off say so.

        Raises:
            NotFound: the catalogue has no such service.
        """
        async with self._database.reading() as connection:
            known = await catalog.listing(connection, self._org_id)
        service = next((each for each in known if each.name == name), None)
        if service is None:
            raise NotFound(f"there is no service '{name[:100]}'")
        graph = Graph.of(calls([(each.name, callee) for each in known for callee in each.calls]))
        mine, placement, state = await self._placed(service)
        pods = {name: mine}
        wanted = [check for check in await self._checks.tuned() if check.id in _IDS]
        inputs = Inputs(
            verdict=_unranked(now),
            sources={
                Source.EVENTS.value: state,
                Source.TOPOLOGY.value: USED if graph.services else "no data",
            },
            scope=frozenset({name}),
            pods={name: pod_states(mine)},
            zones=placement.zones,
            guarded=guarded(pods, placement.budgets),
            graph=graph,
        )
        return report(wanted, inputs)

    async def _placed(self, service: Service) -> tuple[tuple[Pod, ...], Placement, str]:
        """The service's pods, zones and budgets, and how the cluster answered."""
        nothing = Placement(None, None)
        namespace = service.labels.get(NAMESPACE, "")
        cluster = self._signals.cluster
        if not cluster.configured:
            return (), nothing, "not configured"
        if not namespace:
            return (), nothing, f"the service has no label {NAMESPACE}"
        try:
            return await cluster.pods(namespace, service.name), await cluster.placement(namespace), USED
        except StudioError as error:
            return (), nothing, str(error)


def _unranked(now: datetime) -> Verdict:
    """The verdict beside checks that nothing is investigated for."""
    window = Window(now, now)
    return Verdict(
        onset=Onset(now, now, found=False, votes=0, shown=now),
        window=window,
        baseline=window,
        causes=(),
        none=1.0,
        likely=Likely.NONE,
        headline="",
        caps=(),
    )

"""What the studio itself has written down of an incident's time: budgets that burn, and judged rollouts.

No source is asked: the SLO job and the rollout job have looked already. A check that has nothing to go by,
because a service has no SLO or no rollout was judged, is told apart from one that found nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.checks.check import Fact, Inputs
from reliability_studio.domain.correlation.rollout import DECIDING, RolloutBasis, RolloutState, Shift
from reliability_studio.domain.correlation.telemetry import Telemetry
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.watching import MAIN, Watch
from reliability_studio.store import rollouts, slos
from reliability_studio.store.engine import Database
from reliability_studio.store.rollouts import Rollout

SLO_BURN = "slo-burn"
ROLLOUT_VERDICT = "rollout-verdict"
BAD = frozenset({RolloutState.WORSE.value, RolloutState.STUCK.value})
UNJUDGED = frozenset({RolloutState.RUNNING.value, RolloutState.UNKNOWN.value})
MOST_ROLLOUTS = 500
"""That one investigation looks at, the newest."""


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """By check: the services that it can speak of, and what it has to say."""

    known: Mapping[str, frozenset[str]]
    facts: Sequence[Fact] = ()
    worse: frozenset[tuple[str, str]] = frozenset()
    """Service and change of rollouts whose pods did worse than the old ones beside them."""

    def upon(self, telemetry: Telemetry) -> Telemetry:
        """The telemetry, whose changes know how their pods did beside the old ones."""
        changes = tuple(
            replace(each, worse_beside=True) if (each.service, each.id) in self.worse else each
            for each in telemetry.changes
        )
        return replace(telemetry, changes=changes)

    def beside(self, inputs: Inputs) -> Inputs:
        """What the checks look at, with what is known of the services in question."""
        return replace(
            inputs,
            facts=(*inputs.facts, *(each for each in self.facts if inputs.concerns(each.service))),
            asked=inputs.asked
            | {check for check, services in self.known.items() if any(map(inputs.concerns, services))},
        )


async def own_record(database: Database, org_id: int, since: datetime, until: datetime) -> OwnRecord:
    """What happened within `[since, until]`."""
    async with database.reading() as connection:
        burns, measured = await _burns(connection, org_id, since, until)
        seen = await rollouts.listing(connection, org_id, since=since, until=until, limit=MOST_ROLLOUTS)
    judged = [each for each in seen if each.state not in UNJUDGED]
    return OwnRecord(
        {SLO_BURN: frozenset(measured), ROLLOUT_VERDICT: frozenset(each.service for each in judged)},
        (*burns, *(_told(each) for each in judged if each.state in BAD)),
        frozenset((each.service, each.change) for each in judged if _worse_beside(each)),
    )


def _worse_beside(rollout: Rollout) -> bool:
    """Whether its requests, and not only its restarts, speak against it."""
    compared = rollout.compared
    return (
        compared is not None
        and compared.basis is RolloutBasis.SIDE_BY_SIDE
        and any(each.shift is Shift.HIGHER and each.what in DECIDING for each in rollout.measures)
    )


async def _burns(
    connection: AsyncConnection, org_id: int, since: datetime, until: datetime
) -> tuple[Sequence[Fact], Collection[str]]:
    """The objectives whose alert fired within the time, and the services whose objectives are measured."""
    standing = await slos.standings(connection, org_id)
    facts, measured = [], set()
    for slo in await slos.every(connection, org_id, groups=True):
        kept = standing.get(slo.id)
        if kept is None or kept.standing.measurement is None:
            continue
        measured.add(slo.definition.service)
        facts += [
            _burning(slo, kept.standing, key, watch)
            for key, watch in kept.standing.watches.items()
            if _fired(watch, since, until)
        ]
    return facts, measured


def _fired(watch: Watch, since: datetime, until: datetime) -> bool:
    alert = watch.alert
    began, ended = alert.since, alert.ended
    if began is None or began > until.timestamp():
        return False
    return ended is None or ended >= since.timestamp()


def _burning(slo: Slo, standing: Standing, key: str, watch: Watch) -> Fact:
    alert, measured = watch.alert, standing.measured(key)
    began = datetime.fromtimestamp(alert.since or 0, UTC)
    left = None if measured is None else measured.remaining
    what = slo.definition
    name = what.name if key == MAIN else f"{what.name} ({key})"
    text = f"{what.service}: {name} burns its budget ({alert.condition}) since {began:%Y-%m-%d %H:%M} UTC"
    query = standing.queries[0] if standing.queries else ""
    more = "" if left is None else f", {100 * left:.3g}% left"
    return Fact(SLO_BURN, what.service, text + more, left, query=query)


def _told(rollout: Rollout) -> Fact:
    why = "; ".join(rollout.reasons)
    text = f"{rollout.service}: {rollout.summary} at {rollout.started_at:%H:%M:%S} is {rollout.state}"
    text = f"{text}: {why}" if why else text
    compared = rollout.compared
    if compared is None:
        return Fact(ROLLOUT_VERDICT, rollout.service, text)
    samples = round(compared.new.requests or 0.0)
    query = compared.new.queries[0] if compared.new.queries else ""
    return Fact(ROLLOUT_VERDICT, rollout.service, f"{text} ({compared.told()})", samples=samples, query=query)

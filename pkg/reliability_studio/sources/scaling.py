"""Steps of rollouts, as the deployment controller tells them in events.

    Scaled up replica set web-5d9c to 2                newer servers say "from 0 to 2"

Events that say the same are one event to the server, which keeps when it was last said.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from reliability_studio.sources.cluster_objects import Event

_SCALED_UP = re.compile(r"Scaled up replica set (?P<version>\S+)(?: from (?P<before>\d+))? to \d+")


@dataclass(frozen=True, slots=True)
class Step:
    """A version got more pods."""

    version: str
    at: datetime
    first: bool
    """Whether it had none before; older servers do not say so, then it is False."""


def scaled_up(events: Iterable[Event], deployment: str, namespace: str) -> Iterator[Step]:
    """Steps up of one deployment's versions."""
    for event in events:
        if (event.kind, event.name, event.namespace) != ("Deployment", deployment, namespace):
            continue
        if event.reason == "ScalingReplicaSet" and (told := _SCALED_UP.match(event.message)):
            yield Step(told["version"], event.at, told["before"] == "0")

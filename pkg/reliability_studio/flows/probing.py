"""Is a source there, and how fast does it answer: as it is configured, and for the test button before saving.

Opening sources out of settings is the composition root's business; it hands `Opened` values in.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reliability_studio.clock import Clock
from reliability_studio.errors import FieldProblem, Invalid, NotFound, StudioError

DEADLINE_S = 8.0
_HINTS: Mapping[str, str] = {
    "source_unavailable": "is the address right, and can the machine of Grafana reach it?",
    "source_timeout": "it is too slow or something drops the connection: look at firewalls and proxies",
    "source_rejected": "check the token or user, and X-Scope-OrgID if it has tenants",
    "source_malformed": "something else answers at this address: check the path, for example /prometheus",
}


class Way(StrEnum):
    """How a source is reached."""

    DIRECT = "direct"
    GRAFANA = "grafana"
    """Through Grafana's data source of this uid."""
    CLUSTER = "cluster"
    """By a kubeconfig or the pod's service account."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that can be asked how it is."""

    name: str
    way: Way
    address: str
    """Without credentials; the uid when it is reached through Grafana."""
    health: Callable[[], Awaitable[str]]
    breaker: str = "closed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Settings of one source that are not saved yet, with the secrets that came along."""

    section: Mapping[str, object]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Probed:
    """How a source answered."""

    name: str
    configured: bool
    way: Way | None = None
    address: str = ""
    ok: bool = False
    message: str = ""
    """Its version, or what is wrong."""
    code: str = ""
    """Stable name of what is wrong."""
    hint: str = ""
    latency_ms: float | None = None
    breaker: str = ""


class Sources:
    """The sources of one organisation, to be looked at."""

    def __init__(
        self,
        names: Sequence[str],
        opened: Callable[[], Sequence[Opened]],
        trial: Callable[[str, Candidate], "Awaitable[Trial]"],
        problems: Callable[[], Sequence[FieldProblem]],
        clock: Clock,
    ) -> None:
        self._names = names
        self._opened = opened
        self._trial = trial
        self._problems = problems
        self._clock = clock

    async def listing(self) -> tuple[Probed, ...]:
        """Every source that there may be, asked now."""
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(self.test(name)) for name in self._names]
        return tuple(each.result() for each in asked)

    async def test(self, name: str) -> Probed:
        """Ask one source, as it is configured.

        Raises:
            NotFound: there is no such kind of source.
        """
        self._known(name)
        found = next((each for each in self._opened() if each.name == name), None)
        if found is not None:
            return await self._ask(found)
        mine = [each for each in self._problems() if name in each.path.split(".")]
        text = "; ".join(f"{each.path}: {each.problem}" for each in mine)
        return Probed(
            name, configured=bool(mine), message=text or "not configured", code="settings" if mine else ""
        )

    async def attempt(self, name: str, candidate: Candidate) -> Probed:
        """Ask a source by settings that are not saved yet.

        Raises:
            NotFound: there is no such kind of source.
            Invalid: the settings cannot be used; names the fields.
        """
        self._known(name)
        trial = await self._trial(name, candidate)
        try:
            if trial.problems:
                listed = tuple(trial.problems)
                raise Invalid("; ".join(f"{each.path}: {each.problem}" for each in listed), listed)
            if trial.opened is None:
                raise Invalid.field(f"{name}.url", "give an address, or a data source of Grafana")
            return await self._ask(trial.opened)
        finally:
            await trial.close()

    def _known(self, name: str) -> None:
        if name not in self._names:
            raise NotFound(f"'{name[:50]}' is none of {', '.join(self._names)}")

    async def _ask(self, found: Opened) -> Probed:
        began = self._clock.monotonic()
        code = message = ""
        try:
            async with asyncio.timeout(DEADLINE_S):
                message = await found.health()
        except TimeoutError:
            code, message = "source_timeout", f"no answer within {DEADLINE_S:g} s"
        except StudioError as error:
            code, message = error.code, str(error)
        return Probed(
            found.name,
            configured=True,
            way=found.way,
            address=found.address,
            ok=not code,
            message=message,
            code=code,
            hint=_HINTS.get(code, ""),
            latency_ms=round((self._clock.monotonic() - began) * 1000, 1),
            breaker=found.breaker,
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """Sources opened for one question; `close` lets go of them."""

    opened: Opened | None
    problems: Sequence[FieldProblem]
    close: Callable[[], Awaitable[None]]

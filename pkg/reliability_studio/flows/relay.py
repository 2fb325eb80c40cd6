"""Notices of changes to the other processes that share a database, and theirs to the listeners here.

Two Grafana servers run a process each; a person on one of them sees what a person on the other one did. On
SQLite there is one process, and nothing to relay. A notice may come late or, while the database is away, not
at all: listeners are told when it is back, and look for themselves.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from uuid import uuid4

import msgspec

from reliability_studio.clock import Clock
from reliability_studio.errors import StoreError
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.store.engine import Database
from reliability_studio.store.shouts import MAX_BYTES, hearing, shout

AGAIN_S = 5.0
"""Between two tries to reach the database."""
WAITING = 1_000
"""Notices that wait to be told elsewhere; of more, the newest are told."""
RECONNECTED = "reconnected"
"""Kind of a notice that names nothing: anything may have changed."""

_log = logging.getLogger(__name__)


class Shout(msgspec.Struct, frozen=True):
    """What one process tells the others."""

    origin: str
    org_id: int
    notices: tuple[Notice, ...]


class Relay:
    """Between this process and those that share one database with it."""

    def __init__(self, database: Database, hub: Hub, clock: Clock) -> None:
        self._database = database
        self._hub = hub
        self._clock = clock
        self._origin = uuid4().hex
        self._waiting: dict[int, list[Notice]] = {}
        self._ready = asyncio.Event()
        self._organisations: set[int] = set()

    def join(self, org_id: int) -> None:
        """Carry the notices of an organisation from now on."""
        self._organisations.add(org_id)
        self._hub.carry(org_id, self._carry)

    async def run(self) -> None:
        """Carry both ways until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear())
            group.create_task(self._tell())

    def _carry(self, org_id: int, notice: Notice) -> None:
        waiting = self._waiting.setdefault(org_id, [])
        waiting.append(notice)
        del waiting[:-WAITING]
        self._ready.set()

    async def _tell(self) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            waiting, self._waiting = self._waiting, {}
            texts = [each for org_id, notices in waiting.items() for each in self._texts(org_id, notices)]
            with suppress(StoreError):  # Listeners elsewhere ask by themselves every half minute.
                async with self._database.writing() as connection:
                    for each in texts:
                        await shout(connection, each)

    async def _hear(self) -> None:
        away = False
        while True:
            try:
                async with hearing(self._database) as heard:
                    if away:
                        self._deliver_all(Notice(RECONNECTED, "", 0, "", self._clock.now()))
                    away = False
                    async for each in heard:
                        self._deliver(each)
            except StoreError as error:
                if not away:
                    _log.warning("changes of other replicas are not heard of", extra={"reason": str(error)})
                away = True
            await self._clock.sleep(AGAIN_S)

    def _texts(self, org_id: int, notices: Sequence[Notice]) -> Sequence[str]:
        """As few texts as hold them all."""
        whole = msgspec.json.encode(Shout(self._origin, org_id, tuple(notices)))
        if len(whole) <= MAX_BYTES or len(notices) == 1:
            return [whole.decode()]
        half = len(notices) // 2
        return [*self._texts(org_id, notices[:half]), *self._texts(org_id, notices[half:])]

    def _deliver(self, said: str) -> None:
        try:
            shouted = msgspec.json.decode(said, type=Shout)
        except msgspec.DecodeError:
            return  # A replica of another version says it otherwise.
        if shouted.origin != self._origin and shouted.org_id in self._organisations:
            for notice in shouted.notices:
                self._hub.deliver(shouted.org_id, notice)

    def _deliver_all(self, notice: Notice) -> None:
        for org_id in self._organisations:
            self._hub.deliver(org_id, notice)


class Relays:
    """The relays of one process, one for each PostgreSQL database that it uses."""

    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self._relays: dict[int, Relay] = {}
        self._new: asyncio.Queue[Relay] = asyncio.Queue()

    def join(self, org_id: int, database: Database) -> None:
        """Carry an organisation's notices between the processes on its database; nothing on SQLite."""
        if database.dialect != "postgresql":
            self._hub.carry(org_id, None)
            return
        relay = self._relays.get(id(database))
        if relay is None:
            relay = self._relays[id(database)] = Relay(database, self._hub, self._clock)
            self._new.put_nowait(relay)
        relay.join(org_id)

    async def run(self) -> None:
        """Carry until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task((await self._new.get()).run(), name="relay")

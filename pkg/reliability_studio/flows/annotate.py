"""Marks on Grafana's graphs: incidents as stretches of time, and whatever else has a moment (a rollout).

    marks = Marks(database, org_id, grafana, tags, clock)
    await marks.put("rollout:checkout:42", Mark("checkout rolled out", ("rollout", "checkout"), at))

A key names what is told: put again, the same annotation is changed. Incidents come here as messages of the
outbox, so that Grafana being away delays a mark and loses none.
"""

from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.notices import News, Notice
from reliability_studio.sources.grafana import GrafanaAnnotations, Mark
from reliability_studio.store import annotations
from reliability_studio.store.engine import Database

TAG = "reliability-studio"
TARGET = "grafana-annotations"
"""Name of the target in the delivery log."""
NEWS = frozenset({News.OPENED, News.REOPENED, News.ESCALATED, News.RESOLVED})


class Marks:
    """The annotations of one organisation."""

    def __init__(
        self,
        database: Database,
        org_id: int,
        grafana: GrafanaAnnotations,
        tags: tuple[str, ...],
        clock: Clock,
    ) -> None:
        self._database = database
        self._org_id = org_id
        self._grafana = grafana
        self._tags = tags
        self._clock = clock

    async def put(self, key: str, mark: Mark) -> None:
        """Write or change the annotation of this key.

        Raises:
            SourceError: Grafana did not take it; nothing is remembered.
            StoreError: it is written but not remembered; the next put finds it by its tags.
        """
        own = f"{TAG}:{key}"
        whole = Mark(mark.text, (TAG, own, *mark.tags, *self._tags), mark.start, mark.end)
        async with self._database.reading() as connection:
            held = await annotations.find(connection, self._org_id, key)
        # Not remembered does not mean not written: the process may have died between the two.
        known = held if held is not None else await self._grafana.find((TAG, own))
        if known is None or not await self._grafana.change(known, whole):
            known = await self._grafana.add(whole)
        if known != held:
            async with self._database.writing() as connection:
                await annotations.put(connection, self._org_id, key, known, self._clock.now())


class IncidentMarks:
    """A target of messages: each incident is one annotation, from its start to its resolution."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    async def send(self, notice: Notice) -> None:
        """Mark the incident that the message is about.

        Raises:
            SourceError: Grafana did not take it.
        """
        link = f'\n<a href="{notice.url}">{notice.number}</a>' if notice.url else ""
        mark = Mark(
            text=_escaped(notice.headline) + link,
            tags=tuple(dict.fromkeys((notice.number, notice.severity.value, notice.service))),
            start=notice.started or notice.at,
            end=notice.ended,
        )
        await self._marks.put(f"incident:{notice.number}", mark)

    async def aclose(self) -> None:
        """The client belongs to the sources."""


def _escaped(text: str) -> str:
    """Grafana shows annotations as HTML that it sanitises; what people wrote is text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

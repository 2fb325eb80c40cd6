"""Section 3.3: how wide a selection is decides who adds up, and anchored ranges must prove themselves."""

from dataclasses import replace
from decimal import Decimal

import promql_parser
import pytest

from reliability_studio.domain.slo.indicators import (
    LatencyIndicator,
    NativeLatencyIndicator,
    Part,
    ProbeIndicator,
    QueryIndicator,
)
from reliability_studio.domain.slo.spec import GroupBy
from reliability_studio.domain.slo.ways import WIDE, Chosen, Way, halves
from reliability_studio.errors import SourceRejected, SourceUnavailable
from reliability_studio.flows.slo_width import choose, read_as
from reliability_studio.sources.prometheus import Answer, Series
from reliability_studio.sources.promql import for_window
from reliability_studio.sources.promql_text import parse_selector
from tests.flows.slo_world import definition

AT = 1_700_000_000


class Server:
    """Says how many series there are, and what the two ways of adding up give."""

    name = "prometheus"

    def __init__(self, width, added=100.0, anchored=100.0):
        self.width, self.added, self.anchored = width, added, anchored
        self.asked = []

    async def query(self, text, /, *, at):
        self.asked.append(text)
        promql_parser.parse(text.replace(" anchored", ""))
        said = self.width if text.startswith("count(") else self.added
        if " anchored" in text:
            said = self.anchored
        if isinstance(said, Exception):
            raise said
        series = () if said is None else (Series({}, [at.timestamp()], [said]),)
        return Answer(text, series)


async def test_a_narrow_selection_is_fetched_series_by_series():
    """One question, and nothing to explain."""
    server = Server(WIDE)
    assert await choose(server, definition(), AT) == Chosen()
    assert server.asked == ['count(last_over_time(http_requests_total{job="api"}[2m]))']
    assert await choose(Server(None), definition(), AT) == Chosen()


@pytest.mark.parametrize(
    ("server", "way", "why"),
    [
        (Server(WIDE + 1), Way.ANCHORED, "adds them up in anchored ranges"),
        (Server(WIDE + 1, anchored=SourceRejected("no", source="p")), Way.SERVER, "has no anchored ranges"),
        (Server(WIDE + 1, anchored=99.5), Way.SERVER, "not proven: 100 and 99.5 events in one bucket"),
        (Server(WIDE + 1, anchored=None), Way.SERVER, "not proven: 100 and nothing"),
        (Server(WIDE + 1, added=0.0, anchored=0.0), Way.SERVER, "not proven: 0 and 0"),
    ],
)
async def test_anchored_ranges_are_used_only_if_they_give_the_same(server, way, why):
    """Asked, compared on events that happened, and otherwise left alone with the reason."""
    chosen = await choose(server, definition(), AT)
    assert chosen.way is way
    assert f"{WIDE + 1} series are more than the {WIDE}" in chosen.why
    assert why in chosen.why


async def test_a_server_that_is_away_decides_nothing():
    """The attempt fails, and is made again in a minute."""
    away = SourceUnavailable("away", source="prometheus")
    with pytest.raises(SourceUnavailable):
        await choose(Server(away), definition(), AT)
    with pytest.raises(SourceUnavailable):
        await choose(Server(WIDE + 1, anchored=away), definition(), AT)


async def test_groups_of_a_wide_selection_are_told_to_be_missing():
    """A sum has no labels."""
    what = replace(definition(), group_by=GroupBy(("route",), 5))
    assert "groups are not told apart" in (await choose(Server(WIDE + 1), what, AT)).why
    assert read_as(what, Way.SERVER).group_by is None


async def test_only_counters_can_be_added_up():
    """Of everything else nothing is asked."""
    server = Server(WIDE + 1)
    for indicator in (
        ProbeIndicator(parse_selector("up", "$")),
        NativeLatencyIndicator(parse_selector("rt", "$"), Decimal("0.5")),
    ):
        what = definition(indicator=indicator)
        assert await choose(server, what, AT) == Chosen()
        assert read_as(what, Way.SERVER) == what
    assert not server.asked


@pytest.mark.parametrize("way", [Way.SERVER, Way.ANCHORED])
def test_what_is_asked_is_promql_and_reads_the_counters_of_the_slo(way):
    """Both halves; the process of a first error is known by its other requests."""
    reads = read_as(definition(), way).indicator
    assert isinstance(reads, QueryIndicator)
    assert reads.part_is is Part.BAD
    for text in (reads.part, reads.total):
        promql_parser.parse(for_window(text, 60).replace(" anchored", ""))
        assert 'on (job, instance) last_over_time(http_requests_total{job="api"}[1h] offset $window)' in text
    assert 'code=~"5.."' in reads.part
    assert (" anchored" in reads.part) is (way is Way.ANCHORED)
    assert read_as(definition(), Way.SNAPSHOTS) == definition()


def test_a_latency_needs_its_bucket():
    """All spellings of the bound, and no total without it."""
    found = halves(LatencyIndicator(parse_selector("rt_bucket", "$"), Decimal(1)))
    assert found.part_required
    assert [m.value for m in found.part.matchers] == [r"1|1\.0"]
    assert [m.value for m in found.total.matchers] == ["+Inf"]
    what = definition(indicator=LatencyIndicator(parse_selector("rt_bucket", "$"), Decimal(1)))
    total = read_as(what, Way.SERVER).indicator.total
    assert total.endswith(r' and count(last_over_time(rt_bucket{le=~"1|1\\.0"}[2m]))')

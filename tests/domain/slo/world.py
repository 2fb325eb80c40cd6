"""Makers of small SLOs for the tests of this folder."""

from datetime import UTC, datetime

from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import Part, RatioIndicator
from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.domain.slo.spec import Definition, Slo

TOTAL = Selector.of("http_requests_total", [Matcher("job", Op.EQUAL, "api")])
ERRORS = TOTAL.narrowed(Matcher("code", Op.MATCHES, "5.."))
RATIO = RatioIndicator(TOTAL, ERRORS, Part.BAD)


def definition(objective="99.9", **more):
    """An availability SLO over 30 days unless told otherwise."""
    given = {"window": Rolling(30), "indicator": RATIO, **more}
    return Definition("availability", "api", objective=Objective.percent(objective), **given)


def slo(objective="99.9", **more):
    """The same with an identity."""
    born = datetime(2026, 1, 1, tzinfo=UTC)
    return Slo("s1", 1, definition(objective, **more), 1, 1, born, born)

"""Row 50: "would have fired n times": history judged with the rules of the present."""

from reliability_studio.domain.slo.alerting import AlertState, advance
from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.conditions import conditions
from reliability_studio.domain.slo.goals import Rolling
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import evaluate
from reliability_studio.domain.slo.policy import AlertPolicy
from reliability_studio.domain.slo.rehearsal import rehearse
from reliability_studio.domain.slo.windows import DAY, HOUR
from tests.domain.slo.world import definition, slo

BASE = 1_700_000_000 // DAY * DAY
FIVE = 300


def cells(bursts, days=8):
    """Five-minute cells; bursts are (first, last, bad) by number of the cell."""
    made = []
    for n in range(days * 288):
        bad = next((b for first, last, b in bursts if first <= n < last), 0)
        made.append(Cell(BASE + (n + 1) * FIVE, bad, 1000, FIVE))
    return made


def ledger(made):
    found = Ledger(BASE, keep_s=40 * DAY, keep_fives_s=40 * DAY)
    found.append(made)
    return found


BURSTS = [(1200, 1212, 100), (1800, 1803, 400), (2200, 2204, 3)]


def test_it_fires_as_often_as_the_live_evaluation_did():
    """The same minutes: the live machine walks forward, the rehearsal looks back."""
    what = slo("99.9", window=Rolling(30))
    history = cells(BURSTS)
    found = rehearse(what.definition, ledger(history), BASE, history[-1].end, FIVE)
    live, growing, state, seen = Ledger(BASE, keep_s=40 * DAY), [], AlertState(), []
    for cell in history:
        live.append([cell])
        measurement = evaluate(what.definition, live)
        said = tuple(c for c in conditions(what.definition, measurement, live) if c.name != "budget-spent")
        state, _ = advance(state, said, live.end)
        seen += [live.end] if state.firing else []
        growing.append(state.since)
    assert found.firing_s == len(seen) * FIVE
    assert found.fired == 2 == len({since for since in growing if since is not None})
    assert [e.severity for e in found.episodes] == ["page", "page"]
    assert found.pages == 2
    assert found.episodes[0].start in seen
    assert found.episodes[0].end not in seen


def test_another_policy_would_have_fired_otherwise():
    """What-if: patience, and a lower objective, quiet it."""
    history = ledger(cells(BURSTS))
    end = history.end
    patient = definition("99.9", alerts=AlertPolicy(sustain_s=6 * HOUR))
    usual = rehearse(definition("99.9"), history, BASE, end, FIVE)
    calmer = rehearse(patient, history, BASE, end, FIVE)
    assert (usual.pages, calmer.pages) == (2, 0)
    assert calmer.firing_s < usual.firing_s
    assert rehearse(definition("90"), history, BASE, end, FIVE).fired == 0
    off = AlertPolicy(off=frozenset({"page-quick", "page-slow", "ticket-quick", "ticket-slow"}))
    assert rehearse(definition("99.9", alerts=off), history, BASE, end, FIVE).fired == 0


def test_before_anything_was_measured_there_is_nothing_to_rehearse():
    """An empty ledger gives an empty rehearsal."""
    found = rehearse(definition(), Ledger(BASE, keep_s=DAY), BASE, BASE + DAY, FIVE)
    assert (found.fired, found.firing_s, found.episodes) == (0, 0, ())


def test_an_episode_that_goes_on_has_no_end():
    """It would fire now."""
    history = ledger(cells([(2290, 2304, 500)]))
    [episode] = rehearse(definition("99.9"), history, BASE, history.end, FIVE).episodes
    assert episode.end is None

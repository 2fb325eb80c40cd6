"""Reports by templates: they tell facts, foreign text stays harmless, and none can hold up the process."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.model import Episode, Milestone, Stamp
from reliability_studio.domain.incidents.report import Cause, Cost, Facts, chance
from reliability_studio.domain.incidents.report_template import DEFAULT, INCIDENT, LISTS, problems, render
from reliability_studio.domain.incidents.tasks import Task, TaskKind
from tests.support.records import NOON, an_entry, an_incident, minutes

FULL = Facts(
    replace(
        (full := an_incident(3, title="A <b> title", summary=" we **did** it ", root_cause="a {{ bug }}")),
        services=("cart",),
        roles={"scribe": "bo", "commander": "ada"},
        drill=True,
        episodes=(Episode(minutes(-60), minutes(-30), "ada"),),
        milestones={**full.milestones, Milestone.RESOLVED: Stamp(minutes(75), "ada")},
    ),
    (an_entry("a", description="one\n<two>"), an_entry("b", description="", author="")),
    (Task(1, 1, 1, TaskKind.FOLLOWUP, "test *it*", NOON, "ada", assignee="bo", done=True),),
    (Cause("bad [x]", 0.567),),
    (Cost("availability", 3, 10, 0.12345), Cost("latency", 3, 10, None)),
)
EMPTY = Facts(an_incident(), (), ())


def test_the_built_in_template_tells_everything_that_is_known() -> None:
    """Written Markdown as it is, foreign text harmless."""
    text = render(FULL)
    for line in (
        "# INC-3: A \\<b\\> title",
        "we **did** it",
        "- Services: checkout, cart",
        "- commander: ada\n- scribe: bo\n- This was a drill.",
        "| resolved | 2026-03-01 13:15:00 | ada |",
        "- Time to resolve: 1 h 15 min",
        "- Earlier run: 2026-03-01 11:00:00 to 2026-03-01 11:30:00, 30 min",
        "a {{ bug }}",
        "- bad \\[x\\] (confidence 0.57)",
        "- availability: 3 of 10 events failed, 12.3% of the budget\n- latency: 3 of 10 events failed\n",
        "**Comment**: one \\<two\\> (ada)\n- 2026-03-01 12:00:00 **Comment**\n",
        "- [x] test \\*it\\* (followup, bo)",
    ):
        assert line in text
    assert "\n\n\n" not in text


def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    """No section about what is not there, and nothing invented."""
    text = render(EMPTY)
    for line in ("Nobody has written a summary yet.", "Time to resolve: unknown", "None.", "not given"):
        assert line in text
    assert "What it cost" not in text
    assert "Found by investigation" not in text


def test_every_name_that_a_template_may_use_can_be_used() -> None:
    """The lists of the language are those of the values."""
    assert [*problems(DEFAULT)] == []
    for name, fields in LISTS.items():
        told = ", ".join(f"{{{{ one.{field} }}}}" for field in fields)
        own = f"{{% for one in {name} %}}{{{{ loop.index }}}}: {told};{{% endfor %}}"
        assert [*problems(own)] == []
        assert render(FULL, own).startswith("1: ")
    own = " ".join(f"{{{{ incident.{field} | default('none', true) }}}}" for field in INCIDENT)
    assert [*problems(own)] == []
    assert "A \\<b\\> title" in render(FULL, own)


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{{ 9 * 9 }}", "line 1: mul"),
        ("\n{{ incident.titel }}", "line 2: incident has no 'titel', only key, title"),
        ("{{ secrets }}", "there is no 'secrets'"),
        ("{{ incident.title.upper() }}", "call"),
        ("{{ incident.title.__class__ }}", "'.__class__' stands behind a name only"),
        ("{{ incident['title'] }}", "getitem"),
        ("{{ incident.title ~ incident.title }}", "concat"),
        ("{{ range(9) }}", "call"),
        ("{% set a = 1 %}", "assign"),
        ("{% include 'x' %}", "include"),
        ("{% macro a() %}{% endmacro %}", "macro"),
        ("{{ incident.title | center(99999999) }}", "there is no filter 'center'"),
        (
            "{% for a in tasks %}{% for b in tasks %}{{ b.title }}{% endfor %}{% endfor %}",
            "loop within a loop",
        ),
        ("{% for c in incident.title %}{% endfor %}", "`for` goes over roles"),
        ("{% for a in tasks if a.done %}{% endfor %}", "neither a condition"),
        ("{% for a in tasks %}{{ a.name }}{% endfor %}", "a has no 'name', only title"),
        ("{% for a in tasks %}{% endfor %}{{ a }}", "there is no 'a'"),
        ("{{ tasks }}", "'tasks' is many things"),
        ("{% if", "line 1"),
        ("x" * 20_001, "is longer than"),
        ("{{" + "(" * 9_000, "nested too deeply"),
        ("{% if incident.drill %}" * 150 + "{% endif %}" * 150, "nested too deeply"),
        ("{{ " + "not " * 4_900 + "incident.drill }}", "nested too deeply"),
    ],
)
def test_what_could_hold_us_up_or_reach_elsewhere_is_refused(template: str, why: str) -> None:
    """With the reason, and the line where there is one."""
    found = [*problems(template)]
    assert any(why in each for each in found), found


PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "incident",
        ".title",
        "tasks",
        "for",
        "in",
        "if",
        "endif",
        "endfor",
        "x",
        "|",
        "default",
    ]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=20).map(" ".join))
def test_whatever_is_written_is_refused_or_can_be_rendered(template: str) -> None:
    """Never an error at the time when a report is wanted."""
    if not [*problems(template)]:
        assert render(FULL, template).endswith("\n")
        assert render(EMPTY, template).endswith("\n")


@given(st.text(max_size=30))
def test_foreign_text_is_never_markup(foreign: str) -> None:
    """Wherever an own template puts it."""
    facts = replace(EMPTY, incident=an_incident(title=f"<b>[{foreign}](x)`"))
    text = render(facts, "{{ incident.title }}{{ incident.title | upper }}")
    assert "\\<" in text
    assert "<" not in text.replace("\\<", "")


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.57, "0.57"), (0.9949, "0.99"), (0.995, "> 0.99"), (1.0, "> 0.99"), (0.005, "0.01"), (0.0, "< 0.01")],
)
def test_a_chance_is_never_told_as_certain(probability: float, text: str) -> None:
    """Two digits would round 0.996 to a promise."""
    assert chance(probability) == text

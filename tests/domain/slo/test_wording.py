"""Row 48: texts of an alert that people write, checked when they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.wording import NAMES, check, filled


def test_values_take_the_place_of_their_names():
    """A label that is not there is empty; a value that looks like a template stays what it is."""
    said = filled(
        "{{service}}: {{ text }} for {{ labels.team }}{{labels.x}}", {"text": "{{ url }}"}, {"team": "a"}
    )
    assert said == ": {{ url }} for a"


@pytest.mark.parametrize(
    ("name", "template", "words"),
    [
        ("summary", "{{ nothing }}", "does not know"),
        ("summary", "{{ service", "belong together"),
        ("summary", "service }}", "belong together"),
        ("summary", "{{ {{ service }} }}", "belong together"),
        ("summary", "   ", "characters"),
        ("summary", "x" * 2001, "characters"),
        ("a-b", "x", "name of an annotation"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(name, template, words):
    """With the field, before anybody is woken by it."""
    with pytest.raises(BadSpec, match=words) as told:
        check({name: template}, "$.alerts.annotations")
    assert told.value.path == f"$.alerts.annotations.{name}"


def test_there_is_a_bound():
    """Twenty texts are many."""
    with pytest.raises(BadSpec, match="more than"):
        check({f"a{n}": "x" for n in range(21)}, "$")


@given(st.text(max_size=50))
def test_whatever_is_accepted_leaves_no_hole(text):
    """A checked template filled in has no braces that it did not bring as values."""
    try:
        check({"a": text}, "$")
    except BadSpec:
        return
    assert "{{" not in filled(text, dict.fromkeys(NAMES, "v"), {})

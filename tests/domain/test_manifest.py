"""What differs between two versions of a pod template (row 61)."""

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.manifest import CHANGED, HIDDEN, MOST, Shown, differences, summary

shown = st.builds(Shown, st.sampled_from(["1", "2", HIDDEN]), st.integers(0, 2))
manifests = st.dictionaries(st.text("abc.", min_size=1, max_size=4), shown, max_size=6)


@given(manifests)
def test_the_same_version_does_not_differ(manifest):
    """Row 61: nothing changed, nothing is told."""
    assert differences(manifest, manifest) == ()
    assert summary(()) == ""


@given(manifests, manifests)
def test_each_field_that_differs_is_told_once(before, after):
    """Row 61: added, removed and changed fields, and no other."""
    wanted = {field for field in {*before, *after} if before.get(field) != after.get(field)}
    found = differences(before, after)
    assert [each.field for each in found] == sorted(wanted)
    assert all(each.before != each.after for each in found)


def test_a_value_that_is_not_shown_is_still_seen_to_change():
    """Row 61: a variable's value is told by nobody, its change is."""
    [found] = differences({"web.env.KEY": Shown(HIDDEN, 1)}, {"web.env.KEY": Shown(HIDDEN, 2)})
    assert (found.before, found.after) == (HIDDEN, CHANGED)
    assert summary([found]) == "web.env.KEY changed"


def test_a_change_of_everything_is_cut_and_says_so():
    """Row 61: bounded."""
    found = differences({}, {f"f{n:03}": Shown("1") for n in range(MOST + 60)})
    assert len(found) == MOST
    assert found[-1].after == "61 more fields"
    assert summary(found) == f"f000 1 added, f001 1 added, f002 1 added and {MOST - 3} more"

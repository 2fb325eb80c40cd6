"""Row 21: own names for states tell them apart, and change nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, Name, StatusNames, problems

LABELS = st.one_of(st.sampled_from([status.value for status in Status]), st.text(max_size=4))
NAMES = st.lists(st.tuples(st.sampled_from(list(Status)), LABELS.map(Name)), max_size=8)


@given(NAMES)
def test_names_without_problems_never_deceive(names: list[tuple[Status, Name]]) -> None:
    """No two states are called alike, and none is called as another one is built in."""
    if any(problems(names)):
        return
    called = StatusNames(dict(names))
    words = [called.called(status).casefold() for status in Status]
    assert len(set(words)) == len(Status)


def test_each_problem_names_its_row_and_field() -> None:
    """Twice the same state, twice the same name, and another state's word."""
    found = list(
        problems(
            [
                (Status.OPEN, Name("Neu")),
                (Status.CLOSED, Name("neu")),
                (Status.MITIGATED, Name("Resolved")),
                (Status.OPEN, Name()),
            ]
        )
    )
    assert found == [
        (1, "label", "is the name of open too"),
        (2, "label", "is the built-in word of another state, resolved"),
        (3, "status", "open is there twice"),
    ]


def test_a_state_without_a_name_has_its_built_in_word() -> None:
    """Also when only its meaning was written down."""
    names = StatusNames({Status.OPEN: Name("Neu"), Status.CLOSED: Name("", "the report is read")})
    assert [names.called(Status.OPEN), names.called(Status.CLOSED)] == ["Neu", "closed"]
    assert BUILT_IN_NAMES.called(Status.RESOLVED) == "resolved"

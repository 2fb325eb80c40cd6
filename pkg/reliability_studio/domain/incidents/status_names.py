"""What an organisation calls the states of its incidents: names only, never another behaviour.

The machine stays as it is (`model.Status`): what may follow what, what counts as active, which milestone a
state stamps. Addresses, queries, frames and webhooks keep the built-in words: renaming breaks nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reliability_studio.domain.incidents.model import Status

MAX_NAME = 30
"""Letters that a badge still shows whole."""

MAX_MEANING = 300


@dataclass(frozen=True, slots=True)
class Name:
    """What one state is called."""

    label: str = ""
    """Empty: the built-in name."""
    meaning: str = ""
    """When an incident is in it, for people; empty when nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class StatusNames:
    """The names of one organisation."""

    names: Mapping[Status, Name] = field(default_factory=dict)
    """Only those that differ from the built-in ones."""

    def called(self, status: Status) -> str:
        """The name of a state; its built-in word when it has none of its own."""
        return self.names.get(status, Name()).label or status.value


BUILT_IN = StatusNames()


def problems(given: Sequence[tuple[Status, Name]]) -> Iterator[tuple[int, str, str]]:
    """What is wrong with these names: the position, the field, and why.

    A name that another state has, or that is another state's built-in word, would deceive those who read it.
    """
    words = {status.value: status for status in Status}
    named: dict[str, Status] = {}
    seen: set[Status] = set()
    for index, (status, name) in enumerate(given):
        if status in seen:
            yield index, "status", f"{status.value} is there twice"
        seen.add(status)
        if not name.label:
            continue
        folded = name.label.casefold()
        if words.get(folded, status) is not status:
            yield index, "label", f"is the built-in word of another state, {folded}"
        elif folded in named:
            yield index, "label", f"is the name of {named[folded].value} too"
        named.setdefault(folded, status)

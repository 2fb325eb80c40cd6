"""What an organisation calls the states of its incidents, and the own states within them.

The machine stays as it is (`model.Status`): what may follow what, what counts as active, which milestone a
state stamps. An own state (a stage) says more closely where the work stands within one built-in state and
counts as that; moving among stages of one state moves nothing else. Addresses, queries, frames and webhooks
keep the built-in words: renaming breaks nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reliability_studio.domain.incidents.model import Status

MAX_NAME = 30
"""Letters that a badge still shows whole."""

MAX_MEANING = 300

MAX_STAGES = 40
"""Own states of one organisation."""

MAX_ID = 32
"""Characters of the id of an own state."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")

Problem = tuple[int, str, str]
"""A position in what was given, the field there, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Name:
    """What one state is called."""

    label: str = ""
    """Empty: the built-in name."""
    meaning: str = ""
    """When an incident is in it, for people; empty when nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One own state; its place among those of its built-in state is its order."""

    id: str
    """Stable: incidents, filters and links name it."""
    status: Status
    """The built-in state that it belongs to and counts as."""
    label: str
    meaning: str = ""
    """When an incident is in it, for people."""


@dataclass(frozen=True, slots=True)
class StatusNames:
    """The names of one organisation."""

    names: Mapping[Status, Name] = field(default_factory=dict)
    """Only those that differ from the built-in ones."""
    stages: tuple[Stage, ...] = ()
    """In the order of the work within each built-in state."""

    def called(self, status: Status, stage: str = "") -> str:
        """What people call where an incident stands: its own state, else the built-in one by its own name.

        Args:
            status: the built-in state.
            stage: id of the own state; empty for none. One that is gone counts as none.
        """
        found = self.stage(stage)
        if found is not None and found.status is status:
            return found.label
        return self.names.get(status, Name()).label or status.value

    def stage(self, stage_id: str) -> Stage | None:
        """The own state with this id; None when there is none."""
        return next((one for one in self.stages if one.id == stage_id), None)

    def first(self, status: Status) -> str:
        """Id of the own state in which a built-in one begins; empty when it has none."""
        return next((one.id for one in self.stages if one.status is status), "")


BUILT_IN_NAMES = StatusNames()


def problems(given: Sequence[tuple[Status, Name]]) -> Iterator[Problem]:
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


def stage_problems(stages: Sequence[Stage], names: Mapping[Status, Name]) -> Iterator[Problem]:
    """What is wrong with these own states beside names without problems.

    One may be called as the built-in state that it belongs to, never as another one or as another own one.
    """
    words = {status.value: status for status in Status}
    words |= {name.label.casefold(): status for status, name in names.items() if name.label}
    ids: set[str] = set()
    labels: set[str] = set()
    for index, stage in enumerate(stages):
        folded = stage.label.casefold()
        if not _ID.fullmatch(stage.id):
            yield index, "id", f"may hold a-z, 0-9, - and _, at most {MAX_ID} of them"
        elif stage.id in ids:
            yield index, "id", f"another own state has '{stage.id}' already"
        if stage.id in set(Status) and stage.id != stage.status.value:
            yield index, "status", f"an own state with the id {stage.id} counts as {stage.id}"
        if not stage.label:
            yield index, "label", "is missing"
        elif words.get(folded, stage.status) is not stage.status:
            yield index, "label", f"is what {words[folded].value} is called"
        elif folded in labels:
            yield index, "label", "is the name of another own state too"
        ids.add(stage.id)
        labels.add(folded)

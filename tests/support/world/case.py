"""One labelled situation: what an investigator would see, what is asked, and what is true."""

from dataclasses import dataclass

from reliability_studio.domain.correlation.telemetry import Question, Telemetry


@dataclass(frozen=True, slots=True)
class Case:
    """A fault (or a quiet window) in one system."""

    system: str
    """Cases of one system are copies of each other: fits and reports split by this."""
    fault: str
    """What was done; `quiet` if nothing."""
    service: str
    """The faulty service; empty for a quiet window."""
    telemetry: Telemetry
    question: Question
    decoys: tuple[str, ...]
    """Services that changed without doing harm."""

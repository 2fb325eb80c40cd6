"""The one error of this package: a frame that Grafana would refuse or misread."""

from collections.abc import Iterable

from reliability_studio.errors import FieldProblem, StudioError


class BadFrame(StudioError):
    """A frame breaks Grafana's rules: a fault of this program. Names the frame, the field and the rule.

    The text names fields and rules, never cell values, so it may be shown.
    """

    code = "bad_frame"

    def __init__(self, message: str, problems: tuple[FieldProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems

    @classmethod
    def of(cls, subject: str, problems: Iterable[FieldProblem]) -> "BadFrame":
        """All problems of one subject, `frame 'nodes'` for example, in one message."""
        found = tuple(problems)
        return cls(f"{subject}: " + "; ".join(f"{p.path}: {p.problem}" for p in found), found)

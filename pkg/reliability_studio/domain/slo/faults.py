"""The one error of this package: a part of a definition breaks a rule."""


class BadSpec(ValueError):
    """A part of a definition breaks a rule; `path` names the field, the text says what to do."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(problem)
        self.path = path

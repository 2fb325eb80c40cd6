"""What the demo writes: one line per event with the time since its start, readable in a log as well.

Nothing is overwritten and nothing moves, so that a recording, a CI log and a screen reader get the same.
Colours are left out when the output is not a terminal or NO_COLOR is set.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

WIDTH = 78

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


@dataclass(slots=True)
class Terminal:
    """The demo's voice."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    clock: Callable[[], float] = time.monotonic
    colours: bool | None = None
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()
        if self.colours is None:
            self.colours = self.out.isatty() and "NO_COLOR" not in os.environ

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.began

    def title(self, text: str, aside: str) -> None:
        """The head of the whole."""
        self._write("")
        self._write(f"  {self.style(text, 'bold')}  {self.style(aside, 'dim')}")

    def act(self, text: str) -> None:
        """A new part of the story."""
        rule = "─" * max(3, WIDTH - len(text) - 5)
        self._write("")
        self._write(f"  {self.style(text, 'bold', 'cyan')} {self.style(rule, 'dim')}")

    def tell(self, mark: str, what: str, text: str, colour: str = "green") -> None:
        """One event: `mark` is one character, `what` at most 14."""
        self._write(f"  {self._time()} {self.style(mark, colour)} {what:<14} {text}")

    def more(self, text: str) -> None:
        """A line that belongs to the event above."""
        self._write(f"{' ' * 25}{self.style(text, 'dim')}")

    def bar(self, share: float, width: int = 24) -> str:
        """A bar that is full at 1 and empty at 0 and below."""
        full = round(max(0.0, min(1.0, share)) * width)
        colour = "green" if share >= 0.5 else "yellow" if share >= 0.25 else "red"  # noqa: PLR2004
        return self.style("█" * full, colour) + self.style("░" * (width - full), "dim")

    def style(self, text: str, *styles: str) -> str:
        """The text in bold, a colour, …; plain where colours are off."""
        if not self.colours or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def _time(self) -> str:
        minutes, seconds = divmod(int(self.elapsed), 60)
        return self.style(f"{minutes}:{seconds:02d}", "dim")

    def _write(self, line: str) -> None:
        self.out.write(line + "\n")
        self.out.flush()

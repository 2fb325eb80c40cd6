"""A fixed-depth tree that groups similar token sequences (Drain), for the distinct lines that masks leave.

Lines of one length and one beginning meet in a leaf; within it, a line joins the most similar group and turns
differing tokens into wildcards. Order of insertion is fixed by the caller, so the result is always the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

WILDCARD = "<*>"
SIMILAR = 0.5
"""Share of equal tokens from which a line joins a group."""
DEPTH = 1
"""Leading tokens that must be equal (masked ones count as wildcards)."""
MOST_GROUPS = 2_000
"""Beyond this, new lines go to one rest group, so that random text cannot grow the tree."""
MOST_BRANCHES = 100
"""Different tokens per place; further ones share the wildcard's branch."""
_REST = (WILDCARD,)


@dataclass(slots=True)
class _Group:
    tokens: list[str]
    number: int


@dataclass(slots=True)
class _Node:
    below: dict[str, "_Node"] = field(default_factory=dict)
    groups: list[_Group] = field(default_factory=list)


@dataclass(slots=True)
class Drain:
    """Grows while lines are added; `template` tells what a group has become."""

    _roots: dict[int, _Node] = field(default_factory=dict)
    _groups: list[_Group] = field(default_factory=list)
    _rest: int = -1

    def add(self, line: str) -> int:
        """The number of the group that the line joins or founds."""
        tokens = line.split(" ")
        leaf = self._leaf(tokens)
        best, most = None, SIMILAR
        for group in leaf.groups:
            same = _similarity(group.tokens, tokens)
            if same > most or (same == most and best is None):
                best, most = group, same
        if best is not None:
            best.tokens = [
                old if old == new else WILDCARD for old, new in zip(best.tokens, tokens, strict=True)
            ]
            return best.number
        return self._founded(leaf, tokens)

    def template(self, number: int) -> str:
        """The group's pattern."""
        return " ".join(_REST if number == self._rest else self._groups[number].tokens)

    def _leaf(self, tokens: list[str]) -> _Node:
        node = self._roots.setdefault(len(tokens), _Node())
        for token in tokens[:DEPTH]:
            key = WILDCARD if token.startswith("<") or any(c.isdigit() for c in token) else token
            if key not in node.below and len(node.below) >= MOST_BRANCHES:
                key = WILDCARD
            node = node.below.setdefault(key, _Node())
        return node

    def _founded(self, leaf: _Node, tokens: list[str]) -> int:
        if len(self._groups) >= MOST_GROUPS:
            if self._rest < 0:
                self._rest = len(self._groups)
                self._groups.append(_Group(list(_REST), self._rest))
            return self._rest
        group = _Group(tokens, len(self._groups))
        self._groups.append(group)
        leaf.groups.append(group)
        return group.number


def _similarity(known: list[str], tokens: list[str]) -> float:
    same = sum(a in {b, WILDCARD} for a, b in zip(known, tokens, strict=True))
    return same / len(tokens)


def clustered(lines: Iterable[str]) -> dict[str, str]:
    """Each distinct line with its pattern."""
    tree = Drain()
    numbers = {line: tree.add(line) for line in dict.fromkeys(lines)}
    return {line: tree.template(number) for line, number in numbers.items()}

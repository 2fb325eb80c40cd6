"""The codes of errors are part of the API: one status each, and a row in `docs/errors.md`."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import reliability_studio
from reliability_studio import errors
from reliability_studio.errors import StudioError

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"
ROW = re.compile(r"\| `(\w+)` \| (\d{3}) \| .+ \| (yes|no) \|")


def kinds(of: type[StudioError]) -> Iterator[type[StudioError]]:
    """The class and everything below it, wherever it is defined."""
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


def everything() -> set[type[StudioError]]:
    """Every error of the product."""
    prefix = f"{reliability_studio.__name__}."
    for module in pkgutil.walk_packages(reliability_studio.__path__, prefix):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {kind for kind in kinds(StudioError) if kind.__module__.startswith(prefix)}


def test_each_code_is_documented_with_its_status() -> None:
    """And nothing that is not there."""
    told = {(code, int(status), again == "yes") for code, status, again in ROW.findall(DOCUMENT.read_text())}
    assert {(kind.code, kind.status, kind.retryable) for kind in everything()} == told
    assert len({code for code, _, _ in told}) == len(told)


def test_the_tree_in_the_module_names_every_error_of_it() -> None:
    """Principle 10: drawn at the top of one file."""
    drawn = errors.__doc__ or ""
    own = {kind.__name__ for kind in everything() if kind.__module__ == errors.__name__}
    assert {name for name in own if name not in drawn} == set()

"""Whether services are watched that no alert rule watches.

    "detector": {"enabled": true, "exclude": ["batch-importer"]}

It is off until somebody switches it on: what it finds are candidates, and each of them asks for attention.
"""

from dataclasses import dataclass

from reliability_studio.settings.reader import Reader

MAX_EXCLUDED = 200


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """What the detector may look at."""

    enabled: bool = False
    exclude: frozenset[str] = frozenset()
    """Services that it leaves alone: those that misbehave by design."""


def read_detector(reader: Reader) -> DetectorSettings:
    """Narrow the section."""
    reader.only(("enabled", "exclude"))
    excluded = reader.words("exclude")
    if len(excluded) > MAX_EXCLUDED:
        reader.report("exclude", f"has {len(excluded)} entries; at most {MAX_EXCLUDED} are used")
    return DetectorSettings(
        enabled=reader.flag("enabled", default=False), exclude=frozenset(excluded[:MAX_EXCLUDED])
    )

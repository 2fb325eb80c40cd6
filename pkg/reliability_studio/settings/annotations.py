"""Whether incidents are marked on Grafana's graphs.

    "annotations": {"enabled": true, "tags": ["production"]}

They are annotations of the organisation, written with the service account's token (`grafanaToken`).
"""

from dataclasses import dataclass

from reliability_studio.settings.reader import Reader

MAX_TAGS = 20


@dataclass(frozen=True, slots=True)
class AnnotationSettings:
    """What is written into Grafana."""

    enabled: bool = False
    tags: tuple[str, ...] = ()
    """Beside `reliability-studio`, the incident's number, its severity and its service."""


def read_annotations(reader: Reader) -> AnnotationSettings:
    """Narrow the section."""
    reader.only(("enabled", "tags"))
    tags = reader.words("tags")
    if len(tags) > MAX_TAGS:
        reader.report("tags", f"has {len(tags)} entries; at most {MAX_TAGS} are used")
    return AnnotationSettings(enabled=reader.flag("enabled", default=False), tags=tags[:MAX_TAGS])

"""JSON of SLOs that go in as code."""

from typing import Annotated, Literal

import msgspec

from reliability_studio.api.codec import InputShape, Shape


class SloImportInput(InputShape):
    """SLOs as code: OpenSLO v1, Sloth or Pyrra documents, as many as wanted, in one YAML text."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_097_152)]
    mode: Literal["strict", "lenient"] = "strict"
    """Strict: a problem or warning anywhere writes nothing. Lenient: what can be read is written."""
    dry_run: bool = False


class SloImportRemarkShape(Shape):
    """One thing that could not be kept."""

    path: str
    problem: str


class SloImportItemShape(Shape):
    """What became of one SLO of the text."""

    name: str
    service: str
    action: Literal["created", "updated", "unchanged", "refused", "held_back"]
    """`held_back`: it could be read, but strict mode writes nothing. A dry run says what would be."""
    id: str
    problems: list[SloImportRemarkShape]
    warnings: list[SloImportRemarkShape]


class SloImportShape(Shape):
    """What an import did, or would do."""

    items: list[SloImportItemShape]
    dry_run: bool

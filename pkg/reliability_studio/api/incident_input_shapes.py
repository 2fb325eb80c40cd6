"""JSON of incidents as the API takes it in: declare, change, merge, split.

Inputs refuse fields that they do not know, so that a typing error is never silently ignored.
"""

from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape
from reliability_studio.api.texts import Fields, Labels, Moment, Name, Roles, Text, Title, Url, Word
from reliability_studio.domain.incidents.model import Milestone, Severity, Status

Services = Annotated[list[Name], msgspec.Meta(max_length=200)]


class PartInput(InputShape):
    """An incident to be part of another."""

    incident: Name
    """Its number, such as `INC-7`."""


class IncidentInput(InputShape):
    """A new incident. Only the title is needed, and not even that when a template has one."""

    title: Title | None = None
    severity: Severity | None = None
    """The template's, else medium."""
    level: Word = ""
    """Id of a level of the ladder; wins over the severity."""
    service: Word = ""
    services: Services = msgspec.field(default_factory=list)
    summary: Text = ""
    environment: Word = ""
    labels: Labels = msgspec.field(default_factory=dict)
    fields: Fields = msgspec.field(default_factory=dict)
    roles: Roles = msgspec.field(default_factory=dict)
    assignee: Word = ""
    drill: bool = False
    started_at: Moment | None = None
    """When it began, if not now; at or before now."""
    status: Status = Status.OPEN
    """A later one makes a retrospective incident."""
    resolved_at: Moment | None = None
    template: Word = ""
    """Name of the template that fills what is not given, and adds its tasks and its first comment."""


class LinkInput(InputShape):
    """A link to add."""

    title: Title
    url: Url


class IncidentPatch(InputShape):
    """What to change; what is absent stays. `version` makes the change conditional."""

    version: int | msgspec.UnsetType = msgspec.UNSET
    title: Title | msgspec.UnsetType = msgspec.UNSET
    summary: Text | msgspec.UnsetType = msgspec.UNSET
    severity: Severity | msgspec.UnsetType = msgspec.UNSET
    level: Name | msgspec.UnsetType = msgspec.UNSET
    """Id of a level of the ladder; wins over the severity."""
    status: Status | msgspec.UnsetType = msgspec.UNSET
    stage: Word | msgspec.UnsetType = msgspec.UNSET
    """Id of an own state: leads to the status that it belongs to. Empty: the status without any."""
    service: Word | msgspec.UnsetType = msgspec.UNSET
    services: Services | msgspec.UnsetType = msgspec.UNSET
    environment: Word | msgspec.UnsetType = msgspec.UNSET
    labels: Labels | msgspec.UnsetType = msgspec.UNSET
    fields: Fields | msgspec.UnsetType = msgspec.UNSET
    roles: Roles | msgspec.UnsetType = msgspec.UNSET
    assignee: Word | msgspec.UnsetType = msgspec.UNSET
    root_cause: Text | msgspec.UnsetType = msgspec.UNSET
    links: Annotated[list[LinkInput], msgspec.Meta(max_length=100)] | msgspec.UnsetType = msgspec.UNSET
    drill: bool | msgspec.UnsetType = msgspec.UNSET
    milestones: dict[Milestone, Moment] | msgspec.UnsetType = msgspec.UNSET
    comment: Text = ""
    """Goes into the timeline with the change, for example what an acknowledgement means."""
    force: bool = False
    """Resolve although alerts still fire."""
    reopen: bool = False
    """Allows a change of status that leads back."""


class SplitInput(InputShape):
    """What to split off: some alerts into a new incident, or an incident that was merged in."""

    alerts: Annotated[list[int], msgspec.Meta(max_length=1000)] = msgspec.field(default_factory=list)
    title: Annotated[str, msgspec.Meta(max_length=500)] = ""
    incident: Word = ""
    """Number of the merged incident; undoes that merge."""


class MergeInput(InputShape):
    """Which incidents to take in."""

    numbers: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=50)]


class BulkInput(InputShape):
    """One change on many incidents."""

    numbers: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=200)]
    status: Status | msgspec.UnsetType = msgspec.UNSET
    stage: Word | msgspec.UnsetType = msgspec.UNSET
    severity: Severity | msgspec.UnsetType = msgspec.UNSET
    level: Name | msgspec.UnsetType = msgspec.UNSET
    assignee: Word | msgspec.UnsetType = msgspec.UNSET
    force: bool = False
    comment: Text = ""

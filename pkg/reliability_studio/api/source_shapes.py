"""JSON of the sources: how each is reached and how it answers."""

from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.flows.probing import Way

Text = Annotated[str, msgspec.Meta(max_length=2000)]


class SourceStateShape(Shape):
    """One source as it is configured, asked at this moment."""

    name: str
    configured: bool
    way: Way | None
    """How it is reached; null when it is not configured."""
    address: str
    """Host, or the uid of Grafana's data source; never a credential."""
    ok: bool
    message: str
    """Its version, or what is wrong."""
    code: str
    """Stable name of what is wrong; empty when nothing is."""
    hint: str
    """What usually helps."""
    latency_ms: float | None
    breaker: str
    """`closed`, `open` or `half_open`."""


class SourceStateListShape(Shape):
    """Every source that there may be."""

    items: list[SourceStateShape]


class SourceTrialInput(InputShape):
    """Settings of one source that are not saved yet; secrets that are left out are not looked up."""

    url: Text = ""
    datasource_uid: Text = ""
    username: Text = ""
    token: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    password: Text = ""
    headers: dict[str, Text] = msgspec.field(default_factory=dict)
    ca_certificate: Annotated[str, msgspec.Meta(max_length=200_000)] = ""
    timeout_seconds: Annotated[float, msgspec.Meta(ge=0.5, le=120)] = 10.0
    in_cluster: bool = False
    kubeconfig: Text = ""
    context: Text = ""

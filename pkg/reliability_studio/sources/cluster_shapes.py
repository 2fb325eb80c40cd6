"""The API server's JSON as it comes, under the server's names.

Only what is read is named; the rest of an object is skipped while decoding.
"""

from datetime import datetime

import msgspec

from reliability_studio.sources.cluster_manifest import Template


class Owner(msgspec.Struct):
    kind: str = ""
    name: str = ""


class Meta(msgspec.Struct):
    name: str = ""
    ownerReferences: list[Owner] | None = None
    namespace: str = ""
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    creationTimestamp: datetime | None = None


class ManagedFields(msgspec.Struct):
    """Who set fields of an object, and when last. Times are whole seconds."""

    manager: str = ""
    time: datetime | None = None
    subresource: str = ""


class EditedMeta(Meta):
    managedFields: list[ManagedFields] | None = None


class ConfigMap(msgspec.Struct):
    metadata: EditedMeta


class Waiting(msgspec.Struct):
    reason: str = ""
    message: str = ""


class Terminated(msgspec.Struct):
    reason: str = ""
    exitCode: int = 0
    finishedAt: datetime | None = None


class State(msgspec.Struct):
    waiting: Waiting | None = None
    terminated: Terminated | None = None


class ContainerStatus(msgspec.Struct):
    ready: bool = False
    restartCount: int = 0
    state: State = msgspec.field(default_factory=State)
    lastState: State = msgspec.field(default_factory=State)


class Container(msgspec.Struct):
    image: str = ""


class PodSpec(msgspec.Struct):
    nodeName: str = ""
    containers: list[Container] = []


class PodStatus(msgspec.Struct):
    phase: str = ""
    reason: str = ""
    containerStatuses: list[ContainerStatus] | None = None
    initContainerStatuses: list[ContainerStatus] | None = None
    conditions: "list[Condition] | None" = None


class Pod(msgspec.Struct):
    metadata: Meta
    spec: PodSpec
    status: PodStatus


class Condition(msgspec.Struct):
    type: str
    status: str = ""
    reason: str = ""
    message: str = ""
    lastUpdateTime: datetime | None = None


class PodTemplate(msgspec.Struct):
    spec: PodSpec


class DeploymentSpec(msgspec.Struct):
    template: PodTemplate
    replicas: int | None = None


class DeploymentStatus(msgspec.Struct):
    readyReplicas: int = 0
    updatedReplicas: int = 0
    conditions: list[Condition] | None = None


class Deployment(msgspec.Struct):
    metadata: Meta
    spec: DeploymentSpec
    status: DeploymentStatus


class ReplicaSetSpec(msgspec.Struct):
    template: Template
    replicas: int | None = None


class ReplicaSet(msgspec.Struct):
    metadata: Meta
    spec: ReplicaSetSpec


class RevisedSpec(msgspec.Struct):
    template: Template


class Revised(msgspec.Struct):
    """What a controller revision of a stateful or daemon set holds; other owners keep what they like."""

    spec: RevisedSpec


class ControllerRevision(msgspec.Struct):
    metadata: EditedMeta
    revision: int = 0
    data: msgspec.Raw = msgspec.Raw(b"null")


class Series(msgspec.Struct):
    count: int | None = None
    lastObservedTime: datetime | None = None


class About(msgspec.Struct):
    kind: str = ""
    name: str = ""
    namespace: str = ""


class Event(msgspec.Struct):
    metadata: Meta
    involvedObject: About = msgspec.field(default_factory=About)
    type: str = "Normal"
    reason: str = ""
    message: str = ""
    count: int | None = None
    lastTimestamp: datetime | None = None
    eventTime: datetime | None = None
    series: Series | None = None


class NewEvent(msgspec.Struct):
    metadata: Meta
    regarding: About = msgspec.field(default_factory=About)
    type: str = "Normal"
    reason: str = ""
    note: str = ""
    eventTime: datetime | None = None
    deprecatedCount: int | None = None
    deprecatedLastTimestamp: datetime | None = None
    series: Series | None = None


class NodeStatus(msgspec.Struct):
    conditions: list[Condition] | None = None


class Node(msgspec.Struct):
    metadata: Meta
    status: NodeStatus


class Expression(msgspec.Struct):
    key: str
    operator: str
    values: list[str] | None = None


class Selector(msgspec.Struct):
    matchLabels: dict[str, str] | None = None
    matchExpressions: list[Expression] | None = None


class BudgetSpec(msgspec.Struct):
    selector: Selector | None = None


class BudgetStatus(msgspec.Struct):
    disruptionsAllowed: int = 0


class Budget(msgspec.Struct):
    metadata: Meta
    spec: BudgetSpec = msgspec.field(default_factory=BudgetSpec)
    status: BudgetStatus = msgspec.field(default_factory=BudgetStatus)


class ServerVersion(msgspec.Struct):
    """What `/version` says."""

    gitVersion: str = ""

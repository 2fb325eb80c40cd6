"""A pod template of the API server as a manifest that may be shown and kept (`domain/manifest`).

Read are images, commands, resources, probes, environment, volumes and annotations. No value of an environment
variable or an annotation leaves this module, and commands lose what looks like a secret.
"""

import hashlib
import secrets
import sys
from collections.abc import Iterator, Mapping

import msgspec

from reliability_studio.domain.manifest import HIDDEN, Manifest, Shown
from reliability_studio.observability.redaction import redact

MOST_FIELDS = 300
"""Of one version; a template with more is read in part."""
MOST_TEXT = 200

_KEY = secrets.token_bytes(16)

RESTARTED = "kubectl.kubernetes.io/restartedAt"
DESIRED = "deployment.kubernetes.io/desired-replicas"


class Reference(msgspec.Struct):
    """A config map or secret by name, or a key of one."""

    name: str = ""
    key: str = ""


class _ValueFrom(msgspec.Struct):
    configMapKeyRef: Reference | None = None  # noqa: N815 - the server's names, here and below
    secretKeyRef: Reference | None = None  # noqa: N815


class _Variable(msgspec.Struct):
    name: str = ""
    value: str = ""
    valueFrom: _ValueFrom | None = None  # noqa: N815


class _EnvFrom(msgspec.Struct):
    configMapRef: Reference | None = None  # noqa: N815
    secretRef: Reference | None = None  # noqa: N815


class _Resources(msgspec.Struct):
    limits: dict[str, str | int | float] | None = None
    requests: dict[str, str | int | float] | None = None


class _HttpGet(msgspec.Struct):
    path: str = "/"
    port: str | int = ""


class _Port(msgspec.Struct):
    port: str | int = ""


class _Probe(msgspec.Struct):
    httpGet: _HttpGet | None = None  # noqa: N815
    tcpSocket: _Port | None = None  # noqa: N815
    grpc: _Port | None = None
    initialDelaySeconds: int = 0  # noqa: N815
    periodSeconds: int = 10  # noqa: N815
    timeoutSeconds: int = 1  # noqa: N815
    failureThreshold: int = 3  # noqa: N815


class _Container(msgspec.Struct):
    name: str = ""
    image: str = ""
    command: list[str] | None = None
    args: list[str] | None = None
    env: list[_Variable] | None = None
    envFrom: list[_EnvFrom] | None = None  # noqa: N815
    resources: _Resources = msgspec.field(default_factory=_Resources)
    livenessProbe: _Probe | None = None  # noqa: N815
    readinessProbe: _Probe | None = None  # noqa: N815
    startupProbe: _Probe | None = None  # noqa: N815


class _SecretVolume(msgspec.Struct):
    secretName: str = ""  # noqa: N815


class _Volume(msgspec.Struct):
    name: str = ""
    configMap: Reference | None = None  # noqa: N815
    secret: _SecretVolume | None = None


class _Spec(msgspec.Struct):
    containers: list[_Container] = []
    initContainers: list[_Container] | None = None  # noqa: N815
    volumes: list[_Volume] | None = None


class _TemplateMeta(msgspec.Struct):
    annotations: dict[str, str] | None = None


class Template(msgspec.Struct):
    """The pod template of a version."""

    spec: _Spec
    metadata: _TemplateMeta = msgspec.field(default_factory=_TemplateMeta)


def manifest(template: Template, annotations: Mapping[str, str]) -> Manifest:
    """The template as fields; `annotations` are the version's: a replica set's tell wanted replicas."""
    found: dict[str, Shown] = {}
    for field, shown in _fields(template, annotations):
        if len(found) >= MOST_FIELDS:
            break
        # Versions share nearly everything: one copy of each text is enough.
        found[sys.intern(field[:MOST_TEXT])] = Shown(sys.intern(shown.text[:MOST_TEXT]), shown.mark)
    return found


def config_maps(template: Template) -> frozenset[str]:
    """Names of the config maps that pods of this template read."""
    spec = template.spec
    found = [volume.configMap for volume in spec.volumes or ()]
    for each in (*spec.containers, *(spec.initContainers or ())):
        found += [origin.configMapRef for origin in each.envFrom or ()]
        found += [variable.valueFrom.configMapKeyRef for variable in each.env or () if variable.valueFrom]
    return frozenset(sys.intern(each.name) for each in found if each and each.name)


def _fields(template: Template, annotations: Mapping[str, str]) -> Iterator[tuple[str, Shown]]:
    if wanted := annotations.get(DESIRED):
        yield "replicas", Shown(wanted)
    for each in (*template.spec.containers, *(template.spec.initContainers or ())):
        yield from _of_container(each)
    for volume in template.spec.volumes or ():
        yield from _of_volume(volume)
    for key, value in (template.metadata.annotations or {}).items():
        if key != RESTARTED:
            yield f"annotations.{key}", _hidden(value)


def _of_volume(volume: _Volume) -> Iterator[tuple[str, Shown]]:
    if volume.configMap:
        yield f"volumes.{volume.name}", Shown(f"configMap {volume.configMap.name}")
    elif volume.secret:
        yield f"volumes.{volume.name}", Shown(f"secret {volume.secret.secretName}")


def _of_container(container: _Container) -> Iterator[tuple[str, Shown]]:
    name = container.name or "container"
    yield f"{name}.image", Shown(container.image)
    for what, words in (("command", container.command), ("args", container.args)):
        if words:
            text = " ".join(words)
            yield f"{name}.{what}", Shown(redact(text), _mark(text))
    for variable in container.env or ():
        yield f"{name}.env.{variable.name}", _variable(variable)
    for place, origin in enumerate(container.envFrom or ()):
        named = _named(origin.configMapRef, origin.secretRef)
        yield f"{name}.envFrom.{place}", Shown(named)
    yield from _of_demands(name, container)


def _of_demands(name: str, container: _Container) -> Iterator[tuple[str, Shown]]:
    """Resources and probes."""
    for what, amounts in (("limits", container.resources.limits), ("requests", container.resources.requests)):
        for resource, amount in (amounts or {}).items():
            yield f"{name}.{what}.{resource}", Shown(str(amount))
    probes: Mapping[str, _Probe | None] = {
        "livenessProbe": container.livenessProbe,
        "readinessProbe": container.readinessProbe,
        "startupProbe": container.startupProbe,
    }
    for what, probe in probes.items():
        if probe:
            yield f"{name}.{what}", Shown(_probe(probe))


def _variable(variable: _Variable) -> Shown:
    origin = variable.valueFrom
    if origin is None:
        return _hidden(variable.value)
    return Shown(f"from {_named(origin.configMapKeyRef, origin.secretKeyRef)}")


def _named(config_map: Reference | None, secret: Reference | None) -> str:
    origin = config_map or secret
    if origin is None:
        return "another place"
    return f"{'configMap' if config_map else 'secret'} {origin.name}{f'/{origin.key}' if origin.key else ''}"


def _hidden(value: str) -> Shown:
    return Shown(HIDDEN, _mark(value))


def _mark(value: str) -> int:
    # Keyed anew in each process: from a mark nobody can guess a short secret.
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8, key=_KEY).digest())


def _probe(probe: _Probe) -> str:
    asked = "command"
    if probe.httpGet:
        asked = redact(f"GET :{probe.httpGet.port}{probe.httpGet.path}")
    elif probe.tcpSocket:
        asked = f"TCP :{probe.tcpSocket.port}"
    elif probe.grpc:
        asked = f"gRPC :{probe.grpc.port}"
    return (
        f"{asked} after {probe.initialDelaySeconds} s every {probe.periodSeconds} s, "
        f"timeout {probe.timeoutSeconds} s, {probe.failureThreshold} failures"
    )

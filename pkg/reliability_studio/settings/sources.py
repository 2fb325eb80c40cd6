"""How one telemetry source is reached: directly by URL, or through a Grafana data source by uid.

Both end as the same `SourceSettings`: a base address, credentials and limits. Sources need not know
which way it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reliability_studio.settings.reader import Reader, is_header_text

DEFAULT_KUBECONFIG = "default"
"""As `kubeconfig`: wherever kubectl would look."""
RESOLUTIONS = ("raw", "5m", "1h")
"""Of samples as Thanos keeps them."""
_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class GrafanaSettings:
    """Grafana itself, for calls back: its address and a service-account token."""

    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Kubernetes cluster that is not given by its address."""

    in_cluster: bool = False
    """By the service account of the pod that Grafana runs in."""
    kubeconfig: str = ""
    """Path of a kubeconfig; empty is where kubectl looks: `KUBECONFIG`, else `~/.kube/config`."""
    context: str = ""
    """Of the kubeconfig; empty is its current one."""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """Everything a client needs to reach one source. Secrets stay out of `repr`."""

    name: str
    """`prometheus`, `alertmanager`, `loki`, `tempo` or `kubernetes`; used in errors, metrics and health."""
    url: str
    """Base address without a trailing slash."""
    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Extra headers, for example `X-Scope-OrgID`."""
    ca_pem: str = field(default="", repr=False)
    """Certificate authorities to trust instead of the system's, as PEM text."""
    timeout_s: float = 10.0
    max_concurrency: int = 8
    max_bytes: int = 64 << 20
    """Largest answer that is read; a larger one is an error that says so."""
    through_grafana: bool = False
    cluster: Cluster | None = None
    """How the address and the credentials are found, where they are not given."""
    resolution: str = "raw"
    """Of Prometheus behind Thanos: the coarsest samples that answers may be made of: `raw`, `5m` or `1h`."""
    datasource_uid: str = ""
    """Of the Grafana data source that it is reached through; empty when it is reached directly."""


def read_source(
    reader: Reader, name: str, secure: Mapping[str, str], grafana: GrafanaSettings | None
) -> SourceSettings | None:
    """The source's settings, or None when it is not configured (or unusable: then it is reported)."""
    settings = SourceSettings(
        name=name,
        url=reader.url("url"),
        token=secure.get(f"{name}Token", ""),
        username=reader.text("username"),
        password=secure.get(f"{name}Password", ""),
        headers=_headers(reader),
        ca_pem=reader.certificates("caCertificate"),
        timeout_s=reader.number("timeoutSeconds", 10.0, low=0.5, high=120),
        max_concurrency=int(reader.number("maxConcurrency", 8, low=1, high=64)),
        max_bytes=int(reader.number("maxMegabytes", 64, low=1, high=1024)) << 20,
    )
    if name == "prometheus":
        settings = replace(settings, resolution=reader.choice("resolution", RESOLUTIONS, RESOLUTIONS[0]))
    uid = reader.text("datasourceUid")
    if uid:
        return _through_grafana(settings, uid, reader, grafana)
    if name == "kubernetes" and (cluster := _cluster(reader)) is not None:
        if settings.url:
            reader.report("url", "give either an address, or inCluster or a kubeconfig, not both")
            return None
        return replace(settings, cluster=cluster)
    return settings if settings.url else None


def _cluster(reader: Reader) -> Cluster | None:
    in_cluster = reader.flag("inCluster", default=False)
    kubeconfig, context = reader.text("kubeconfig"), reader.text("context")
    if in_cluster and (kubeconfig or context):
        reader.report("inCluster", "cannot be combined with a kubeconfig")
        return None
    if not (in_cluster or kubeconfig or context):
        return None
    return Cluster(in_cluster, "" if kubeconfig == DEFAULT_KUBECONFIG else kubeconfig, context)


def _through_grafana(
    settings: SourceSettings, uid: str, reader: Reader, grafana: GrafanaSettings | None
) -> SourceSettings | None:
    """The same source behind Grafana's data source proxy, which adds the real credentials itself."""
    if reader.text("url"):
        reader.report("datasourceUid", "give either an address or a data source, not both")
        return None
    if not _UID.fullmatch(uid):
        reader.report("datasourceUid", "may hold letters, digits, - and _, at most 40")
        return None
    if grafana is None or not grafana.token:
        reader.report(
            "datasourceUid", "needs grafana.url and the secret grafanaToken (a service-account token)"
        )
        return None
    url = f"{grafana.url}/api/datasources/proxy/uid/{uid}"
    return replace(
        settings,
        url=url,
        token=grafana.token,
        username="",
        password="",
        through_grafana=True,
        datasource_uid=uid,
    )


def _headers(reader: Reader) -> Mapping[str, str]:
    good: dict[str, str] = {}
    for name, value in reader.texts("headers").items():
        if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
            reader.report(f"headers.{name}", "is not a header name")
        elif not is_header_text(value):
            reader.report(f"headers.{name}", "must be printable ASCII on one line")
        else:
            good[name] = value
    return good

"""Grafana's PluginContext and headers, narrowed: for whom a call is made, and who asks.

Two things are easy to get wrong and are decided here only. Which organisation: `namespace` names it on
newer hosts, `orgId` on older ones. Which header: data, health and stream calls carry HTTP headers with the
prefix `http_`, resource calls carry them plain, and only Grafana itself can set an unprefixed one in the
former, so `FromAlert` counts there and nowhere else.
"""

import itertools
import re
from collections.abc import Iterable, Mapping

from reliability_studio.api.calls import Caller, Role, Tenant
from reliability_studio.errors import BadRequest
from reliability_studio.wire.pb import backend_pb2 as pb

_PREFIX = "http_"
_NAMESPACE = re.compile(r"org-(?P<org>[1-9]\d{0,17})")

ID_TOKEN = "x-grafana-id"  # noqa: S105 - the header's name


class Headers:
    """HTTP headers of a call, looked up without regard to case."""

    def __init__(self, plain: Mapping[str, str], *, from_alert: bool = False) -> None:
        self._plain = plain
        self.from_alert = from_alert
        """True when Grafana says that an alert rule asks."""

    @classmethod
    def of_resource(cls, headers: Mapping[str, pb.StringList]) -> "Headers":
        """Headers of CallResource: plain names, several values, of which the first counts."""
        return cls({name.lower(): lists.values[0] for name, lists in headers.items() if lists.values})

    @classmethod
    def of_call(cls, headers: Mapping[str, str]) -> "Headers":
        """Headers of the other calls: a prefixed name wins over a plain one."""
        lower = [(name.lower(), value) for name, value in headers.items()]
        plain = {name: value for name, value in lower if not name.startswith(_PREFIX)}
        http = {name.removeprefix(_PREFIX): value for name, value in lower if name.startswith(_PREFIX)}
        return cls({**plain, **http}, from_alert=plain.get("fromalert") == "true")

    def get(self, name: str) -> str:
        """The value of a header given in lower case; empty when absent."""
        return self._plain.get(name, "")

    def public(self) -> Mapping[str, str]:
        """All headers, by lower-case name, without the identity token."""
        return {name: value for name, value in self._plain.items() if name != ID_TOKEN}


def org_id(context: pb.PluginContext) -> int:
    """The organisation; 0 when the host names none."""
    if context.namespace == "default":
        return 1
    named = _NAMESPACE.fullmatch(context.namespace)
    return int(named["org"]) if named else max(0, context.orgId)


def tenant(context: pb.PluginContext) -> Tenant:
    """For which instance the call is.

    Raises:
        BadRequest: the host names no organisation.
    """
    org = org_id(context)
    if org == 0:
        raise BadRequest("the call names no organisation")
    grafana = dict(context.grafanaConfig)
    if context.HasField("dataSourceInstanceSettings"):
        source = context.dataSourceInstanceSettings
        return _tenant(context, org, grafana, source, source.uid)
    if context.HasField("appInstanceSettings"):
        return _tenant(context, org, grafana, context.appInstanceSettings)
    return Tenant(context.pluginId, org, grafana=grafana, has_settings=False)


def caller(context: pb.PluginContext, headers: Headers, *, user_uid: str = "") -> Caller:
    """Who asks, as Grafana vouches for it."""
    user = context.user
    return Caller(
        org_id=org_id(context),
        login=user.login,
        name=user.name,
        email=user.email,
        role=Role.parse(user.role),
        user_uid=user_uid,
        from_alert=headers.from_alert,
    )


def log_parameters(values: Iterable[str]) -> Mapping[str, str]:
    """Grafana's contextual log attributes (`key:::value` each), at most eight of them."""
    pairs = [value.partition(":::") for value in itertools.islice(values, 8)]
    return {f"grafana_{key}"[:64]: value[:256] for key, mark, value in pairs if mark and key}


def _tenant(
    context: pb.PluginContext,
    org: int,
    grafana: Mapping[str, str],
    settings: pb.AppInstanceSettings | pb.DataSourceInstanceSettings,
    datasource_uid: str = "",
) -> Tenant:
    return Tenant(
        context.pluginId,
        org,
        datasource_uid,
        updated_ms=settings.lastUpdatedMS,
        json_data=settings.jsonData,
        secure=dict(settings.decryptedSecureJsonData),
        grafana=grafana,
    )

"""How a Kubernetes API server is reached without an address in the settings: in-cluster, or by a kubeconfig.

    access = await reach(Cluster(kubeconfig="/etc/kube/config", context="prod"))
    SourceClient(settings_at(access.url), auth=access.auth, verify=access.verify)

The official client reads the configuration, so tokens that rotate, client certificates, exec plugins and
cloud logins work as they do for kubectl. Everything else goes through the one HTTP client like all sources.
"""

import asyncio
import contextvars
import shutil
import ssl
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from typing_extensions import override

from reliability_studio.errors import FieldProblem, SettingsError, SourceUnavailable
from reliability_studio.observability.redaction import redact
from reliability_studio.settings.sources import Cluster

T = TypeVar("T")

LOGIN_S = 10.0
"""How long reading a kubeconfig may take: its login command may ask a cloud, and may wait for somebody."""
_MERCY_S = 1
"""From being told to end to being ended, of a login command."""

_LOGINS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="cluster-login")
"""Threads of their own, and few: commands that hang must not take those of everything else."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the server is and how calls prove who makes them."""

    url: str
    auth: httpx.Auth
    verify: ssl.SSLContext


class ClusterAuth(httpx.Auth):
    """Puts the present token on each call; a token that rotates or expires is read or asked for anew."""

    def __init__(self, configuration: Any) -> None:
        self._configuration = configuration

    @override
    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        # Reading a file is quick, but a login command may take a second.
        token = await _aside(self._token)
        if token:
            request.headers["Authorization"] = token
        yield request

    def _token(self) -> str:
        """The present token, empty when calls carry none.

        Raises:
            SourceUnavailable: its file is gone or cannot be read; says why.
        """
        try:
            found: str | None = self._configuration.get_api_key_with_prefix("authorization")
            token = (found or self._configuration.get_basic_auth_token() or "").strip()
            return token.encode("ascii").decode()
        except Exception as error:
            why = redact(str(error)) or type(error).__name__
            raise SourceUnavailable(f"kubernetes has no token: {why}", source="kubernetes") from error


async def reach(cluster: Cluster) -> Access:
    """Read the configuration of a cluster in a thread: a kubeconfig may name a command that logs in.

    Raises:
        SettingsError: there is none, it cannot be used, or its command does not end; says why.
    """
    try:
        async with asyncio.timeout(LOGIN_S):
            return await _aside(lambda: cluster_access(cluster))
    except TimeoutError as error:
        problem = f"cannot be used: its login command did not end within {LOGIN_S:g} s"
        raise SettingsError((FieldProblem("kubeconfig", problem),)) from error


def cluster_access(cluster: Cluster) -> Access:
    """Read the configuration of a cluster; waits for its login command, so never on the event loop.

    Raises:
        SettingsError: there is none, or it cannot be used; says why.
    """
    # Only here: most installations give an address or have no cluster, and the package is large.
    from kubernetes import client, config  # noqa: PLC0415

    found = client.Configuration()
    try:
        if cluster.in_cluster:
            config.load_incluster_config(client_configuration=found)
        else:
            _load_kubeconfig(cluster, found)
    # A file that people write can fail its reader in any way.
    except Exception as error:
        field = "inCluster" if cluster.in_cluster else "kubeconfig"
        raise SettingsError((FieldProblem(field, f"cannot be used: {redact(str(error))}"),)) from error
    return Access(str(found.host).rstrip("/"), ClusterAuth(found), _tls(found))


def _load_kubeconfig(cluster: Cluster, into: Any) -> None:
    """As `load_kube_config` of the Kubernetes client does, with an end for every login command."""
    from kubernetes.config import kube_config  # noqa: PLC0415

    path = cluster.kubeconfig or kube_config.KUBE_CONFIG_DEFAULT_LOCATION
    merged = kube_config.KubeConfigMerger(path).config
    if merged is None:
        raise kube_config.ConfigException("there is no such file, or nothing is in it")
    _bound_logins(merged.value["users"])
    kube_config.KubeConfigLoader(merged, active_context=cluster.context or None).load_and_set(into)


def _bound_logins(users: Iterable[Any]) -> None:
    """Let no login command outlive its time, though nobody is left to end it.

    The Kubernetes client waits for its command without end: the thread would never be free again, and the
    command would outlive a process that is killed. `timeout` is in coreutils and in busybox; without it
    commands run as they are.
    """
    timeout = shutil.which("timeout")
    for user in users:
        login = (user.value.get("user") or {}).get("exec")
        if timeout is not None and isinstance(login, dict) and "command" in login:
            bounds = ["-k", f"{_MERCY_S}", f"{LOGIN_S:g}"]
            login["args"] = [*bounds, login["command"], *(login.get("args") or ())]
            login["command"] = timeout


async def _aside(work: Callable[[], T]) -> T:
    """Run it in a thread, with the fields of the log."""
    context = contextvars.copy_context()
    return await asyncio.get_running_loop().run_in_executor(_LOGINS, context.run, work)


def _tls(found: Any) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=found.ssl_ca_cert or None)
        if found.cert_file:
            context.load_cert_chain(found.cert_file, found.key_file or None)
    except (ssl.SSLError, OSError) as error:
        problem = FieldProblem("kubeconfig", f"holds a certificate that cannot be read: {error}")
        raise SettingsError((problem,)) from error
    if not found.verify_ssl:
        # Only when the kubeconfig itself says insecure-skip-tls-verify.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

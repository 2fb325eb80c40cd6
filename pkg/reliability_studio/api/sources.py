"""Routes of the sources: how each answers, and the test button."""

from typing import Any

from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.source_shapes import SourceStateListShape, SourceStateShape, SourceTrialInput
from reliability_studio.flows.probing import Candidate, Probed, Sources


def source_routes(sources: Sources) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(sources)
    return (
        Route(
            "GET",
            "sources",
            Role.VIEWER,
            api.listing,
            "How each source answers",
            returns=SourceStateListShape,
        ),
        Route(
            "POST",
            "sources/{name}/test",
            Role.EDITOR,
            api.test,
            "Ask a source as it is configured",
            returns=SourceStateShape,
        ),
        Route(
            "POST",
            "sources/{name}/trial",
            Role.ADMIN,
            api.trial,
            "Ask a source by settings that are not saved yet",
            body=SourceTrialInput,
            returns=SourceStateShape,
        ),
    )


class _Api:
    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    async def listing(self, _call: Call[None]) -> Reply:
        return Reply(SourceStateListShape(items=[_shape(each) for each in await self._sources.listing()]))

    async def test(self, call: Call[None]) -> Reply:
        return Reply(_shape(await self._sources.test(call.param("name"))))

    async def trial(self, call: Call[SourceTrialInput]) -> Reply:
        return Reply(_shape(await self._sources.attempt(call.param("name"), _candidate(call.body))))


def _candidate(body: SourceTrialInput) -> Candidate:
    given: dict[str, object] = {
        "url": body.url,
        "datasourceUid": body.datasource_uid,
        "username": body.username,
        "headers": body.headers,
        "caCertificate": body.ca_certificate,
        "timeoutSeconds": body.timeout_seconds,
        "inCluster": body.in_cluster,
        "kubeconfig": body.kubeconfig,
        "context": body.context,
    }
    return Candidate(
        {name: value for name, value in given.items() if value},
        {"Token": body.token, "Password": body.password},
    )


def _shape(probed: Probed) -> SourceStateShape:
    return SourceStateShape(
        name=probed.name,
        configured=probed.configured,
        way=probed.way,
        address=probed.address,
        ok=probed.ok,
        message=probed.message,
        code=probed.code,
        hint=probed.hint,
        latency_ms=probed.latency_ms,
        breaker=probed.breaker,
    )

"""The few HTTP routes of Grafana that the plugin's pages and its visitors use, on loopback.

Authorisation at the door is Grafana's own default: a Viewer reaches every resource with any method, so what
a Viewer may do is the plugin's decision. Who is signed in, in which role and organisation, is chosen on the
preview page and travels in a cookie; the bearer token stands in for a service account.
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import grpc
from aiohttp import web

from grafana_host import queries
from grafana_host.calls import PluginNotFound, PluginUnavailable
from grafana_host.door import COOKIE, Door, Entry
from grafana_host.grafana import ROLES, User
from grafana_host.host import Host
from grafana_host.identity import KEYS_PATH
from grafana_host.live import Live

MAX_BODY = 64 << 20
ACTING = "preview_acting"

_HOP = frozenset(
    {
        "connection",
        "proxy-connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_NOT_PASSED_ON = _HOP | {"user-agent", "cookie", "authorization", "host", "content-length"}
_NOT_PASSED_BACK = _HOP | {"set-cookie", "content-length"}
_SANDBOX = "sandbox"
_MAX_ORG = 10**6
_STATUS = {grpc.StatusCode.UNIMPLEMENTED: 404, grpc.StatusCode.UNAVAILABLE: 503}
"""What Grafana answers for a failed call; anything else is 500."""
_VISITOR_LEFT = 499
"""For the log: nobody is there any more who could read the answer."""
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self' ws:; frame-ancestors 'none'"
)
"""No script but the page's own files, and no text that becomes code. Styles may stand in the page, because
the drawers of @grafana/ui write one whose text depends on the width of a scrollbar."""

_OPEN = frozenset({"/login", KEYS_PATH})
"""What needs no session."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_REFUSALS = {
    Entry.NO_SESSION: (401, "Unauthorized"),
    Entry.FOREIGN_HOST: (403, "this address is not the preview host's"),
    Entry.FOREIGN_ORIGIN: (403, "origin not allowed"),
}


@dataclass(slots=True)
class Site:
    """The routes of one host."""

    host: Host
    door: Door
    live: Live
    preview: Path | None = None
    """The built preview page; None: a plain page that says what this is."""
    sub_path: str = ""
    """Where it is served under, as by Grafana's `root_url`: `/grafana`, or empty."""
    clock: Callable[[], float] = time.time  # noqa: TID251 - this is a program's edge, like a browser's
    _upstream: aiohttp.ClientSession | None = field(default=None, repr=False)

    def application(self) -> web.Application:
        """The web application."""
        application = web.Application(middlewares=[self._guard], client_max_size=MAX_BODY)
        any_of = application.router.add_route
        any_of("GET", "/login", self._login)
        any_of("POST", "/login", self._sign_in)
        any_of("*", "/api/plugins/{id}/resources", self._resource)
        any_of("*", "/api/plugins/{id}/resources/{tail:[\\s\\S]*}", self._resource)
        any_of("GET", "/api/plugins/{id}/health", self._health)
        any_of("GET", "/api/plugins/{id}/metrics", self._metrics)
        any_of("GET", "/api/plugins/{id}/settings", self._settings)
        any_of("POST", "/api/plugins/{id}/settings", self._save_settings)
        any_of("GET", "/api/datasources", self._sources)
        any_of("*", "/api/datasources/uid/{uid}/resources/{tail:[\\s\\S]*}", self._source_resource)
        any_of("GET", "/api/datasources/uid/{uid}/health", self._source_health)
        any_of("*", "/api/datasources/proxy/uid/{uid}/{tail:[\\s\\S]*}", self._proxy)
        any_of("POST", "/api/ds/query", self._query)
        any_of("GET", "/api/live/ws", self._socket)
        any_of("GET", KEYS_PATH, self._signing_keys)
        any_of("GET", "/api/user", self._user)
        any_of("GET", "/api/org", self._org)
        any_of("GET", "/api/preview", self._boot)
        any_of("GET", "/public/plugins/{id}/{path:.*}", self._plugin_file)
        any_of("GET", "/preview/{path:.*}", self._preview_file)
        any_of("GET", "/{path:(?!api/).*}", self._page)
        application.cleanup_ctx.append(self._upstreams)
        if not self.sub_path:
            return application
        around = web.Application(client_max_size=MAX_BODY)
        around.add_subapp(self.sub_path, application)
        return around

    async def _upstreams(self, _application: web.Application) -> Any:
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            self._upstream = session
            yield

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        entry = self.door.judge(request.method, headers, request.cookies.get(COOKIE, ""))
        # A program sends no Origin; to sign in it must know the password all the same.
        stranger = entry is Entry.NO_SESSION or (entry is Entry.FOREIGN_ORIGIN and "origin" not in headers)
        if not entry.admitted and not (stranger and request.path.removeprefix(self.sub_path) in _OPEN):
            status, text = _REFUSALS[entry]
            return web.json_response({"message": text}, status=status)
        try:
            return await handler(request)
        except PluginNotFound as error:
            return web.json_response({"message": str(error)}, status=404)
        except PluginUnavailable as error:
            return web.json_response({"message": str(error)}, status=503)
        except ConnectionResetError:
            return web.Response(status=_VISITOR_LEFT)
        except grpc.aio.AioRpcError as error:
            return web.json_response(
                {"message": "plugin request failed"}, status=_STATUS.get(error.code(), 500)
            )

    def _acting(self, request: web.Request) -> User:
        """Who is signed in, in the role and organisation that the page chose."""
        role, _, org = request.cookies.get(ACTING, "").partition(":")
        user = User()
        return user.acting(
            role=role if role in ROLES else None,
            org_id=int(org) if org.isdigit() and 0 < int(org) <= _MAX_ORG else None,
        )

    async def _login(self, request: web.Request) -> web.StreamResponse:
        session = self.door.exchange(request.query.get("token", ""))
        if session is None:
            text = (
                "This one-time link was used already, or never valid. Start the preview again for a new one."
            )
            return web.Response(text=text, status=401)
        response = web.Response(status=302, headers={"Location": f"{self.sub_path}/"})
        return _with_session(response, session)

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        """By name and password, as Grafana's own page and scripts do it."""
        try:
            given = await request.json()
            session = self.door.sign_in(str(given["user"]), str(given["password"]))
        except (ValueError, KeyError, TypeError):
            return web.json_response({"message": "bad login data"}, status=400)
        if session is None:
            return web.json_response({"message": "Invalid username or password"}, status=401)
        return _with_session(web.json_response({"message": "Logged in", "redirectUrl": "/"}), session)

    async def _resource(self, request: web.Request) -> web.StreamResponse:
        return await self._call(request, request.match_info["id"], None)

    async def _source_resource(self, request: web.Request) -> web.StreamResponse:
        source = self._source(request)
        return await self._call(request, source.type, source)

    async def _call(self, request: web.Request, plugin_id: str, source: Any) -> web.StreamResponse:
        """Hand a request to the plugin and its answer back, part by part."""
        _, _, tail = request.rel_url.raw_path.partition("/resources")
        url = tail.removeprefix("/")
        if request.rel_url.raw_query_string:
            url = f"{url}?{request.rel_url.raw_query_string}"
        headers: dict[str, list[str]] = {}
        for name, value in request.headers.items():
            if name.lower() not in _NOT_PASSED_ON:
                headers.setdefault("-".join(part.capitalize() for part in name.split("-")), []).append(value)
        forwarded = [*headers.get("X-Forwarded-For", [])[:1], request.remote or ""]
        headers["X-Forwarded-For"] = [", ".join(each for each in forwarded if each)]
        message = self.host.resource_request(
            plugin_id, self._acting(request), request.method, url, await request.read(), headers, source
        )
        calls = await self.host.plugin(plugin_id).calls()
        response: web.StreamResponse | None = None
        async for part in calls.stream_resource(message):
            if response is None:
                response = _opened(part)
                await response.prepare(request)
            if part.body:
                await response.write(part.body)
        if response is None:
            return web.json_response({"message": "received empty resource response"}, status=500)
        await response.write_eof()
        return response

    async def _health(self, request: web.Request) -> web.StreamResponse:
        health = await self.host.health(request.match_info["id"], self._acting(request))
        return _health(health)

    async def _source_health(self, request: web.Request) -> web.StreamResponse:
        source = self._source(request)
        return _health(await self.host.health(source.type, self._acting(request), source))

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        self._needs_admin(request)
        plugin_id = request.match_info["id"]
        calls = await self.host.plugin(plugin_id).calls()
        text = await calls.collect_metrics(self.host.context(plugin_id, self._acting(request)))
        return web.Response(body=text, content_type="text/plain")

    async def _settings(self, request: web.Request) -> web.StreamResponse:
        installed = self.host.installed.get(request.match_info["id"])
        if installed is None:
            raise web.HTTPNotFound(text='{"message":"plugin not found"}', content_type="application/json")
        kept = self.host.grafana.settings(installed.id, self._acting(request).org_id)
        return web.json_response(
            {
                "id": installed.id,
                "name": installed.described.get("name"),
                "type": installed.type,
                "enabled": kept.enabled,
                "pinned": True,
                "jsonData": dict(kept.json_data),
                "secureJsonFields": dict.fromkeys(kept.secure, True),
                "info": installed.described.get("info", {}),
                "includes": installed.described.get("includes", []),
                "module": f"public/plugins/{installed.id}/module.js",
                "baseUrl": f"public/plugins/{installed.id}",
            }
        )

    async def _save_settings(self, request: web.Request) -> web.StreamResponse:
        self._needs_admin(request)
        try:
            body = json.loads(await request.read())
            enabled = body.get("enabled")
            secure = {str(key): str(value) for key, value in (body.get("secureJsonData") or {}).items()}
            json_data = body.get("jsonData")
        except (ValueError, AttributeError) as error:
            raise _bad_request() from error
        if not isinstance(json_data, dict | None) or not isinstance(enabled, bool | None):
            raise _bad_request()
        self.host.grafana.save(
            request.match_info["id"],
            self._acting(request).org_id,
            json_data=json_data,
            secure=secure,
            enabled=enabled,
        )
        return web.json_response({"message": "Plugin settings updated"})

    async def _sources(self, request: web.Request) -> web.StreamResponse:
        found = self.host.grafana.sources(self._acting(request).org_id)
        return web.json_response(
            [{"id": s.id, "uid": s.uid, "name": s.name, "type": s.type, "url": s.url} for s in found]
        )

    async def _query(self, request: web.Request) -> web.StreamResponse:
        user = self._acting(request)
        now_ms = int(self.clock() * 1000)
        try:
            asked = queries.parse(await request.read(), self.host, user.org_id, now_ms)
        except queries.BadQuery as error:
            return web.json_response({"message": str(error)}, status=400)
        status, body = await queries.answer(self.host, user, asked)
        return web.json_response(body, status=status)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        return await self.live.socket(request, self._acting(request))

    async def _proxy(self, request: web.Request) -> web.StreamResponse:
        """Grafana's data source proxy: the request goes to the source's address, without our cookies."""
        source = self._source(request)
        if not source.url or self._upstream is None:
            raise web.HTTPNotFound(text='{"message":"data source has no address"}')
        url = f"{source.url.rstrip('/')}/{request.match_info['tail']}"
        headers = {n: v for n, v in request.headers.items() if n.lower() not in _NOT_PASSED_ON | {"origin"}}
        try:
            async with self._upstream.request(
                request.method,
                url,
                params=request.query,
                data=await request.read(),
                headers=headers,
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
                passed = {n: v for n, v in answer.headers.items() if n.lower() not in _NOT_PASSED_BACK}
                return web.Response(status=answer.status, body=body, headers=passed)
        except aiohttp.ClientError:
            return web.json_response({"message": "bad gateway"}, status=502)

    async def _signing_keys(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(dict(self.host.identity.keys()))

    async def _user(self, request: web.Request) -> web.StreamResponse:
        user = self._acting(request)
        return web.json_response(
            {"id": 1, "login": user.login, "name": user.name, "email": user.email, "orgId": user.org_id}
        )

    async def _org(self, request: web.Request) -> web.StreamResponse:
        org_id = self._acting(request).org_id
        return web.json_response({"id": org_id, "name": "Main Org." if org_id == 1 else f"Org {org_id}"})

    async def _boot(self, request: web.Request) -> web.StreamResponse:
        """What the preview page needs to start: user, plugins, data sources."""
        user = self._acting(request)
        plugins = [
            {
                "id": each.id,
                "type": each.type,
                "name": each.described.get("name"),
                "version": each.version,
                "module": f"public/plugins/{each.id}/module.js",
                "meta": dict(each.described),
            }
            for each in self.host.installed.values()
        ]
        sources = [
            {"uid": s.uid, "name": s.name, "type": s.type, "id": s.id, "jsonData": dict(s.json_data)}
            for s in self.host.grafana.sources(user.org_id)
        ]
        who = {"login": user.login, "name": user.name, "role": user.role, "orgId": user.org_id}
        return web.json_response({"user": who, "roles": ROLES, "plugins": plugins, "datasources": sources})

    async def _plugin_file(self, request: web.Request) -> web.StreamResponse:
        installed = self.host.installed.get(request.match_info["id"])
        if installed is None:
            raise web.HTTPNotFound
        return _file(installed.folder, request.match_info["path"])

    async def _preview_file(self, request: web.Request) -> web.StreamResponse:
        if self.preview is None:
            raise web.HTTPNotFound
        return _file(self.preview, request.match_info["path"])

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        headers = {"Content-Security-Policy": _PAGE_POLICY, "Cache-Control": "no-store"}
        page = self.preview / "index.html" if self.preview is not None else None
        if page is not None and page.is_file():
            # Everything in it is relative to its base.
            text = page.read_text(encoding="utf-8").replace(
                '<base href="/"', f'<base href="{self.sub_path}/"'
            )
            return web.Response(text=text, content_type="text/html", headers=headers)
        return web.Response(text=_PLAIN_PAGE, content_type="text/html", headers=headers)

    def _source(self, request: web.Request) -> Any:
        found = self.host.grafana.source(self._acting(request).org_id, request.match_info["uid"])
        if found is None:
            raise web.HTTPNotFound(
                text='{"message":"Data source not found"}', content_type="application/json"
            )
        return found

    def _needs_admin(self, request: web.Request) -> None:
        if self._acting(request).role != "Admin":
            text = '{"message":"You\'ll need additional permissions to perform this action."}'
            raise web.HTTPForbidden(text=text, content_type="application/json")


_PLAIN_PAGE = """<!doctype html><html lang="en"><title>Reliability Studio: preview host</title>
<body style="font-family: sans-serif; max-width: 40rem; margin: 4rem auto">
<h1>Preview host</h1>
<p>This is a stand-in for Grafana that runs the plugin's real backend processes. It is not Grafana, and the
pages of the plugin are not built: <code>make build</code> builds them.</p>"""


def _with_session(response: web.Response, session: str) -> web.Response:
    response.set_cookie(COOKIE, session, httponly=True, samesite="Strict", path="/")
    return response


def _opened(part: Any) -> web.StreamResponse:
    response = web.StreamResponse(status=part.code)
    for name, values in part.headers.items():
        if name.lower() not in _NOT_PASSED_BACK:
            for value in values.values:
                response.headers.add(name, value)
    if "Content-Type" not in response.headers and part.code != web.HTTPNoContent.status_code:
        response.headers["Content-Type"] = "application/json"
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


def _bad_request() -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text='{"message":"bad request data"}', content_type="application/json")


def _health(health: Any) -> web.Response:
    body: dict[str, object] = {"status": health.status, "message": health.message}
    if health.details:
        details: object = json.loads(health.details)
        if not isinstance(details, Mapping):
            return web.json_response({"message": "health details are no JSON object"}, status=500)
        body["details"] = details
    return web.json_response(body, status=200 if health.status == "OK" else 503)


def _file(folder: Path, path: str) -> web.StreamResponse:
    """A file below a folder; nothing above it, whatever the path says."""
    wanted = (folder / path).resolve()
    if not wanted.is_relative_to(folder.resolve()) or not wanted.is_file() or wanted.suffix == "":
        raise web.HTTPNotFound
    return web.FileResponse(wanted, headers={"Cache-Control": "no-cache"})

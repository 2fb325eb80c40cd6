"""A Kubernetes API server that lists, pages and watches; it counts versions and forgets history as that does.

What is done to it: `put`, `delete`, `bookmark`, `compact` (forget history), `forbid` (403 for watches).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scripts.stand_ins.asked import Asked, Reply, document

_PLACE = re.compile(r"(?P<api>/api/v1|/apis/[^/]+/v1)(/namespaces/(?P<namespace>[^/]+))?/(?P<what>\w+)")

Object = dict[str, object]
"""A Kubernetes object as JSON."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A stream that the server agreed to: what happens to a kind from a version on, for so long."""

    kind: str
    since: int
    seconds: float


class Cluster:
    """Objects by kind, which is where they are listed: `/api/v1/pods`."""

    def __init__(self, kinds: Sequence[str], *, version: str = "stand-in") -> None:
        self.objects: dict[str, dict[tuple[str, str], Object]] = {kind: {} for kind in kinds}
        self.forbidden: set[str] = set()
        """Kinds whose watches are refused."""
        self.version, self.oldest = 100, 0
        self._history: list[tuple[int, str, str, Object]] = []
        self._server = version

    def put(self, kind: str, item: Object) -> None:
        """Add an object, or change it."""
        key = _key(item)
        self._tell(kind, "MODIFIED" if key in self.objects[kind] else "ADDED", item)
        self.objects[kind][key] = item

    def delete(self, kind: str, name: str, namespace: str) -> None:
        """Take an object away."""
        self._tell(kind, "DELETED", self.objects[kind].pop((namespace, name)))

    def bookmark(self, kind: str) -> None:
        """Tell every watcher of a kind how far the server has come."""
        self._tell(kind, "BOOKMARK", {"metadata": {"creationTimestamp": None}})

    def compact(self, keep: int = 0) -> None:
        """Forget everything that happened so far but the last `keep` changes."""
        if keep == 0:
            self.version += 1
            self.oldest = self.version
            return
        if len(self._history) > keep:
            self.oldest = self._history[-keep - 1][0]
            del self._history[:-keep]

    def answer(self, asked: Asked) -> Reply | Watch:
        """Answer one question; a watch is a stream, to be read through `happened`."""
        if asked.path == "/version" and asked.method == "GET":
            return document({"gitVersion": self._server})
        found = _PLACE.fullmatch(asked.path)
        kind = f"{found['api']}/{found['what']}" if found else ""
        if found is None or asked.method != "GET" or kind not in self.objects:
            return status(404, "NotFound")
        if "watch" in asked.params:
            return status(403, "Forbidden") if kind in self.forbidden else self._watch(kind, asked)
        namespace = found["namespace"]
        items = [item for key, item in sorted(self.objects[kind].items()) if namespace in {None, key[0]}]
        return listed(items, asked.params, str(self.version))

    def happened(self, kind: str, since: int) -> Iterator[tuple[int, bytes]]:
        """Versions and lines of a watch after a version."""
        for version, of, change, item in list(self._history):
            if of == kind and version > since:
                yield version, line(change, item)

    def _watch(self, kind: str, asked: Asked) -> Reply | Watch:
        params = asked.params
        whole = params["watch"] == "1" and params.get("allowWatchBookmarks") == "true"
        seconds, since = params.get("timeoutSeconds", ""), params.get("resourceVersion", "")
        if not whole or not seconds.isdigit() or not since.isdigit():
            return status(400, "BadRequest")
        if int(since) < self.oldest:
            return status(410, "Expired")
        return Watch(kind, int(since), float(seconds))

    def _tell(self, kind: str, change: str, item: Object) -> None:
        self.version += 1
        _metadata(item)["resourceVersion"] = str(self.version)
        self._history.append((self.version, kind, change, json.loads(json.dumps(item))))


def listed(items: Sequence[object], params: Mapping[str, str], version: str = "") -> Reply:
    """One page of a list."""
    begin, size = params.get("continue", "0"), params.get("limit", "0")
    if not begin.isdigit() or not size.isdigit():
        return status(400, "BadRequest")
    first = int(begin)
    end = first + int(size) if int(size) else len(items)
    metadata = {"resourceVersion": version} if version else {}
    if end < len(items):
        metadata["continue"] = str(end)
    return document({"metadata": metadata, "items": items[first:end]})


def line(change: str, item: Mapping[str, object]) -> bytes:
    """One event of a watch."""
    return json.dumps({"type": change, "object": item}).encode() + b"\n"


def status(code: int, reason: str) -> Reply:
    """What is said instead of an answer."""
    return document({"kind": "Status", "code": code, "reason": reason}, code)


def _metadata(item: Object) -> dict[str, object]:
    found = item["metadata"]
    if not isinstance(found, dict):
        raise TypeError("an object without metadata")
    return found


def _key(item: Object) -> tuple[str, str]:
    metadata = _metadata(item)
    return str(metadata.get("namespace", "")), str(metadata["name"])

"""Routes of attachments. What is handed out is never run: its type is one of ours and nobody guesses."""

from typing import Any
from urllib.parse import quote

from reliability_studio.api import asked
from reliability_studio.api.attachment_shapes import AttachmentInput, AttachmentListShape, AttachmentShape
from reliability_studio.api.calls import Role
from reliability_studio.api.incident_json import entry_shape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.timeline_shapes import EntryShape
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.attachments import IMAGES, MAX_SIZE
from reliability_studio.flows.attachments import Attachments, NewAttachment
from reliability_studio.store.attachments import Attachment

MAX_BODY = MAX_SIZE * 4 // 3 + (128 << 10)
"""Base64 of the largest content, and what is told about it."""


def attachment_routes(attachments: Attachments, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(attachments, clock)
    all_, one = "incidents/{number}/attachments", "incidents/{number}/attachments/{id}"
    return (
        Route("GET", all_, Role.VIEWER, api.listing, "What is attached", returns=AttachmentListShape),
        Route(
            "POST",
            all_,
            Role.EDITOR,
            api.add,
            "Attach a panel, the result of a query, or a file",
            body=AttachmentInput,
            returns=EntryShape,
            status=201,
            max_body=MAX_BODY,
        ),
        Route("GET", one, Role.VIEWER, api.read, "The content of an attachment"),
        Route("DELETE", one, Role.EDITOR, api.delete, "Take an attachment away", status=204),
    )


class _Api:
    def __init__(self, attachments: Attachments, clock: Clock) -> None:
        self._attachments = attachments
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        number = asked.number(call)
        found = await self._attachments.listing(call.caller.org_id, number)
        return Reply(AttachmentListShape(items=[_shape(one, number) for one in found]))

    async def add(self, call: Call[AttachmentInput]) -> Reply:
        body = call.body
        told = {
            "url": body.url or "",
            "query": body.query,
            "datasource": body.datasource,
            "from": "" if body.range_from is None else body.range_from.isoformat(),
            "to": "" if body.range_to is None else body.range_to.isoformat(),
        }
        new = NewAttachment(
            name=body.name,
            content_type=body.content_type,
            data=body.content,
            kind=body.kind,
            comment=body.comment,
            occurred_at=body.occurred_at,
            origin={name: value for name, value in told.items() if value},
        )
        stored = await self._attachments.add(
            call.caller.org_id, asked.number(call), new, by=call.caller.label, now=self._clock.now()
        )
        return Reply(entry_shape(stored), status=201)

    async def read(self, call: Call[None]) -> Reply:
        found, data = await self._attachments.read(call.caller.org_id, asked.number(call), call.param("id"))
        return Reply(data, headers=handed_out(found, inline=asked.flag(call, "inline") is True))

    async def delete(self, call: Call[None]) -> Reply:
        await self._attachments.delete(
            call.caller.org_id,
            asked.number(call),
            call.param("id"),
            by=call.caller.label,
            now=self._clock.now(),
        )
        return Reply(status=204)


def handed_out(attachment: Attachment, *, inline: bool) -> dict[str, str]:
    """The headers of a download: it is saved, not opened; only a picture may be shown in place."""
    how = "inline" if inline and attachment.content_type in IMAGES else "attachment"
    plain = "".join(
        sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_"
        for sign in attachment.name
    )
    encoded = quote(attachment.name, safe="")
    return {
        "Content-Type": attachment.content_type,
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=3600, immutable",
        "ETag": f'"{attachment.sha256}"',
    }


def _shape(attachment: Attachment, number: int) -> AttachmentShape:
    return AttachmentShape(
        id=attachment.id,
        entry_id=attachment.entry_id,
        name=attachment.name,
        content_type=attachment.content_type,
        size=attachment.size,
        sha256=attachment.sha256,
        address=f"incidents/INC-{number}/attachments/{attachment.id}",
        created_at=attachment.created_at,
        created_by=attachment.created_by,
    )

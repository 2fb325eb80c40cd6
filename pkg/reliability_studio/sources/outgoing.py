"""Messages to the outside: signed webhooks, chats that take Slack's or Teams' form, e-mail.

    outgoing = open_outgoing(settings, clock, meter)
    await outgoing["on-call"].send(notice)

Each target has a client of its own with the limits of every source: a target that hangs delays nobody else.
A message is sent once; whether and when it is sent again is decided by who keeps the delivery log. Texts
that people or alerts wrote are escaped for the place where they are shown.

A webhook is signed when it has a secret: `X-Reliability-Studio-Signature: t=<Unix seconds>,v1=<hex>`, where
the hex is HMAC-SHA256 over `<Unix seconds>.<body>`.
"""

import asyncio
import hashlib
import hmac
import smtplib
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import reduce
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
from typing_extensions import override

from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.model import Severity
from reliability_studio.domain.incidents.notices import News, Notice
from reliability_studio.errors import SourceRejected, SourceTimeout, SourceUnavailable
from reliability_studio.observability.redaction import redact
from reliability_studio.settings.notifications import MailSettings, NotificationSettings, TargetSettings
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources import mail_server
from reliability_studio.sources.http import Fault, SourceClient, plain
from reliability_studio.sources.meter import SourceMeter

SOURCE = "notification"
"""The name of all targets together in metrics; a target's own name is in errors and in the log."""

TIMEOUT_S = 10.0
MAX_ANSWER = 64 << 10
MAILS = 2
"""Conversations with a mail server at once, for one target."""
MAIL_S = 45.0
"""For one mail, the wait for its turn too."""
SECRET = 6
"""Characters from which on a part of an address may be a password."""
TITLE = 250
"""Characters of a title that a chat shows."""

SIGNATURE = "X-Reliability-Studio-Signature"

_COLOURS = {
    Severity.CRITICAL: ("#c4162a", "attention"),
    Severity.HIGH: ("#e0752d", "warning"),
    Severity.MEDIUM: ("#e5ac0e", "warning"),
    Severity.LOW: ("#3274d9", "accent"),
}
_DONE = ("#299c46", "good")


class Sender(Protocol):
    """A way to one target."""

    async def send(self, notice: Notice) -> None:
        """Send once.

        Raises:
            SourceError: it was not taken; `retryable` says whether another try makes sense.
        """
        ...

    async def aclose(self) -> None:
        """Close the connection."""
        ...


def open_outgoing(
    settings: NotificationSettings, clock: Clock, meter: SourceMeter | None = None
) -> Mapping[str, Sender]:
    """A sender per target, by name."""
    found: dict[str, Sender] = {}
    for target in settings.targets:
        if target.kind != "email":
            found[target.name] = HttpSender(target, clock, meter)
        elif settings.mail is not None:
            found[target.name] = MailSender(target, settings.mail)
    return found


class HttpSender(Sender):
    """A webhook, or a chat that takes one."""

    def __init__(self, target: TargetSettings, clock: Clock, meter: SourceMeter | None = None) -> None:
        parts = urlsplit(target.url)
        self._path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self._target = target
        self._clock = clock
        # The path of a chat's address is its password: as a path it appears in no error and no log, and
        # where the receiver says it back, it is taken out.
        settings = SourceSettings(
            name=SOURCE,
            url=f"{parts.scheme}://{parts.netloc}",
            timeout_s=TIMEOUT_S,
            max_concurrency=2,
            max_bytes=MAX_ANSWER,
        )
        secrets = (*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query)))
        spelled = {each for secret in secrets for each in (secret, unquote(secret))}
        self._secrets = sorted((each for each in spelled if len(each) >= SECRET), key=len, reverse=True)
        self._client = SourceClient(settings, clock=clock, meter=meter, explain=self._said)

    @override
    async def send(self, notice: Notice) -> None:
        body = msgspec.json.encode(_FORMS[self._target.kind](notice))
        headers = {"Content-Type": "application/json", "Idempotency-Key": notice.key}
        if self._target.secret:
            headers[SIGNATURE] = sign(self._target.secret, body, int(self._clock.now().timestamp()))
        await self._client.hand_over(self._path, body, headers)

    @override
    async def aclose(self) -> None:
        await self._client.aclose()

    def _said(self, body: bytes) -> Fault:
        """What the receiver says of a refusal, without the parts of its address that are a password."""
        fault = plain(body)
        hidden = reduce(lambda text, secret: text.replace(secret, "…"), self._secrets, fault.text)
        return replace(fault, text=hidden)


class MailSender(Sender):
    """Mail through one server; the connection lasts for one message, as they are rare."""

    def __init__(self, target: TargetSettings, mail: MailSettings) -> None:
        self._target = target
        self._mail = mail
        # Each conversation holds a thread, of which the process has a few for everybody.
        self._turns = asyncio.Semaphore(MAILS)

    @override
    async def send(self, notice: Notice) -> None:
        message = mail(notice, self._mail.sender, self._target.to)
        try:
            # Who waits for a turn until then is tried later: a slow server must not hold up the whole job.
            async with asyncio.timeout(MAIL_S), self._turns:
                refused = await mail_server.hand_over(self._mail, message)
        except smtplib.SMTPResponseException as error:
            text = f"the mail server answers {error.smtp_code}: {redact(_text(error.smtp_error))[:200]}"
            if _later(error.smtp_code):
                raise SourceUnavailable(text, source=SOURCE) from error
            raise SourceRejected(text, source=SOURCE) from error
        except smtplib.SMTPRecipientsRefused as error:
            text = f"the mail server refuses every one of {len(error.recipients)} addresses"
            if all(_later(code) for code, _ in error.recipients.values()):
                raise SourceUnavailable(text, source=SOURCE) from error
            raise SourceRejected(text, source=SOURCE) from error
        except TimeoutError as error:
            text = f"the mail server at {self._mail.host} takes too long"
            raise SourceTimeout(text, source=SOURCE) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:  # the last of a host that is none
            text = f"the mail server at {self._mail.host} cannot be used: {redact(str(error))[:200]}"
            raise SourceUnavailable(text, source=SOURCE) from error
        if refused:
            # Sent again, the others would have it twice; so it is told, and not tried again.
            text = f"the mail server refuses {refused} of {len(self._target.to)} addresses; the rest has it"
            raise SourceRejected(text, source=SOURCE)

    @override
    async def aclose(self) -> None:
        """No connection is kept."""


def sign(secret: str, body: bytes, at: int) -> str:
    """The signature of a webhook's body sent at a moment (Unix seconds)."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def webhook(notice: Notice) -> object:
    """Our own form: everything, by name."""
    return {
        "version": 1,
        "key": notice.key,
        "news": notice.news,
        "headline": notice.headline,
        "reason": notice.reason,
        "at": notice.at,
        "by": notice.by,
        "incident": {
            "number": notice.number,
            "title": notice.title,
            "severity": notice.severity,
            "status": notice.status,
            "statusName": notice.stage or notice.status,
            "service": notice.service,
            "services": list(notice.services),
            "environment": notice.environment,
            "labels": dict(notice.labels),
            "rootCause": notice.root_cause,
            "minutes": notice.minutes,
            "url": notice.url,
        },
    }


def slack(notice: Notice) -> object:
    """Slack's form, which Mattermost and Rocket.Chat take as well."""
    headline = _slack(_short(notice.headline))
    linked = f"<{notice.url}|{headline}>" if notice.url else headline
    facts = " · ".join(f"*{name}* {_slack(value)}" for name, value in _facts(notice))
    return {
        "text": headline,
        "attachments": [{"color": _colour(notice)[0], "mrkdwn_in": ["text"], "text": f"{linked}\n{facts}"}],
    }


def teams(notice: Notice) -> object:
    """An adaptive card in the envelope of Teams' workflows."""
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {
                "type": "TextBlock",
                "text": _markdown(_short(notice.headline)),
                "weight": "bolder",
                "wrap": True,
                "color": _colour(notice)[1],
            },
            {
                "type": "FactSet",
                "facts": [{"title": name, "value": _markdown(value)} for name, value in _facts(notice)],
            },
        ],
    }
    if notice.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open the incident", "url": notice.url}]
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def mail(notice: Notice, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """A plain-text mail; all mails of one incident are one thread."""
    message = EmailMessage()
    message["Subject"] = _one_line(_short(notice.headline))
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = format_datetime(notice.at)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["References"] = f"<{notice.number}.reliability-studio@{sender.rpartition('@')[2]}>"
    lines = [notice.headline, "", *(f"{name}: {value}" for name, value in _facts(notice))]
    message.set_content("\n".join([*lines, "", notice.url] if notice.url else lines) + "\n")
    return message


_FORMS = {"webhook": webhook, "slack": slack, "teams": teams}


def _facts(notice: Notice) -> list[tuple[str, str]]:
    facts = [
        ("Service", notice.service),
        ("Severity", notice.called),
        ("Status", notice.stage or notice.status.value),
        ("Environment", notice.environment),
        ("By", notice.by),
        ("Duration", "" if notice.minutes is None else f"{notice.minutes:.0f} min"),
        ("Cause", _short(notice.root_cause)),
    ]
    return [(name, value) for name, value in facts if value]


def _colour(notice: Notice) -> tuple[str, str]:
    return _DONE if notice.news is News.RESOLVED else _COLOURS[notice.severity]


def _short(text: str) -> str:
    return text if len(text) <= TITLE else text[: TITLE - 1] + "…"


def _slack(text: str) -> str:
    """Slack's three special characters; they also make links and mentions of people and channels."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _markdown(text: str) -> str:
    """What would be formatting, a link or a mention in an adaptive card."""
    return "".join(f"\\{sign}" if sign in "\\*_[]()`#~<>" else sign for sign in text)


def _one_line(text: str) -> str:
    """A header ends at a line break; what follows would be another header."""
    return " ".join(text.split())


def _later(code: int) -> bool:
    """Whether a mail server's reply means "try again later": anything but a plain refusal, nonsense too."""
    return not 500 <= code < 600  # noqa: PLR2004 - the reply codes of SMTP


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said

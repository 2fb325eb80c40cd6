"""Where an organisation wants to be told about incidents: targets, and the mail server for those by e-mail.

    "notifications": {
      "targets": [{"name": "on-call", "kind": "slack", "minSeverity": "high", "services": ["checkout"],
                   "news": ["opened", "resolved"], "drills": false, "to": ["a@example.org"]}],
      "smtp": {"host": "mail.example.org", "port": 587, "from": "studio@example.org", "username": "studio"}}

Addresses of chats are secrets, since whoever knows one can write there: they are given as secure settings
`notify_<name>_url`; `notify_<name>_secret` signs a webhook's messages, `smtpPassword` is the mail server's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reliability_studio.settings.reader import Reader, is_address

MAX_TARGETS = 50
KINDS = ("webhook", "slack", "teams", "email")
SEVERITIES = ("critical", "high", "medium", "low")
NEWS = ("opened", "reopened", "resolved", "escalated", "mitigated", "acknowledged", "reminder")
QUIET = ("opened", "reopened", "resolved", "escalated", "reminder")

_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_MAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,255}")


@dataclass(frozen=True, slots=True)
class TargetSettings:
    """One place to tell."""

    name: str
    kind: str
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    to: tuple[str, ...] = ()
    """Addresses, for e-mail."""
    least: str = "low"
    services: tuple[str, ...] = ()
    news: tuple[str, ...] = QUIET
    drills: bool = False


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server. `tls` is `starttls` (the default), `tls` from the first byte, or `none`."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    ca_pem: str = ""


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """Everything about telling."""

    targets: tuple[TargetSettings, ...] = ()
    mail: MailSettings | None = None


def read_notifications(reader: Reader, secure: Mapping[str, str]) -> NotificationSettings:
    """Narrow the section; a target that cannot be used is left out and reported."""
    mail = _mail(reader.child("smtp"), secure) if reader.has("smtp") else None
    found: dict[str, TargetSettings] = {}
    for each in reader.children("targets", MAX_TARGETS):
        target = _target(each, secure, mail)
        if target is None:
            continue
        if target.name in found:
            each.report("name", f"'{target.name}' is there twice")
            continue
        found[target.name] = target
    return NotificationSettings(tuple(found.values()), mail)


def _target(reader: Reader, secure: Mapping[str, str], mail: MailSettings | None) -> TargetSettings | None:
    name = reader.text("name")
    kind = reader.choice("kind", KINDS, "webhook")
    if not _NAME.fullmatch(name):
        reader.report("name", "must have 1 to 60 letters, digits, - or _")
        return None
    url = secure.get(f"notify_{name}_url", "")
    to = reader.words("to")
    problem = _mail_problem(to, mail) if kind == "email" else _url_problem(url, f"notify_{name}_url")
    if problem:
        reader.report("to" if kind == "email" else "url", problem)
        return None
    return TargetSettings(
        name=name,
        kind=kind,
        url=url,
        secret=secure.get(f"notify_{name}_secret", ""),
        to=to,
        least=reader.choice("minSeverity", SEVERITIES, "low"),
        services=reader.words("services"),
        news=tuple(word for word in reader.words("news", NEWS) or QUIET),
        drills=reader.flag("drills", default=False),
    )


def _mail_problem(to: tuple[str, ...], mail: MailSettings | None) -> str:
    if mail is None:
        return "e-mail needs the section notifications.smtp"
    if not to:
        return "must hold at least one address"
    wrong = next((address for address in to if not _MAIL.fullmatch(address)), "")
    return f"'{wrong[:100]}' is not an e-mail address" if wrong else ""


def _url_problem(url: str, key: str) -> str:
    if not url:
        return f"give the address as the secret {key}"
    return (
        "" if is_address(url) else f"the secret {key} must be an address that begins with http:// or https://"
    )


def _mail(reader: Reader, secure: Mapping[str, str]) -> MailSettings | None:
    host, sender = reader.text("host"), reader.text("from")
    if not host:
        reader.report("host", "is missing")
        return None
    if not _MAIL.fullmatch(sender):
        reader.report("from", "must be an e-mail address")
        return None
    return MailSettings(
        host=host,
        port=int(reader.number("port", 587, low=1, high=65535)),
        sender=sender,
        username=reader.text("username"),
        password=secure.get("smtpPassword", ""),
        tls=reader.choice("tls", ("starttls", "tls", "none"), "starttls"),
        ca_pem=reader.certificates("caCertificate"),
    )

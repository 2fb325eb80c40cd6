"""One conversation with a mail server, which ends in time whatever the server does.

    refused = await hand_over(settings, message)

`smtplib` waits for each line apart and in a thread: a server that says one every few seconds would hold the
thread for ever, and threads are few. So the whole conversation has one limit, after which it is hung up.
"""

import asyncio
import base64
import contextlib
import smtplib
import socket
import ssl
from email.message import EmailMessage

from typing_extensions import override

from reliability_studio.settings.notifications import MailSettings

LINE_S = 10.0
"""For one line of the server."""
WHOLE_S = 30.0
"""For the whole conversation."""

_TAKEN = 235
_ALREADY = 503


async def hand_over(mail: MailSettings, message: EmailMessage, *, limit_s: float = WHOLE_S) -> int:
    """Hand a message to the mail server; how many of its addresses the server refuses, some but not all.

    Raises:
        TimeoutError: the server took too long to take it.
        SMTPException: it refuses, or speaks something else.
        OSError: it cannot be reached.
    """
    talk = _Talk(mail, message)
    try:
        async with asyncio.timeout(limit_s):
            return await asyncio.to_thread(talk.run)
    except TimeoutError:
        # Taken is taken, however long the goodbye lasts.
        if talk.refused is None:
            raise
        return talk.refused
    finally:
        talk.hang_up()


class _Talk:
    """What the thread does, and what the loop can see of it."""

    def __init__(self, mail: MailSettings, message: EmailMessage) -> None:
        self._mail = mail
        self._message = message
        self.server: smtplib.SMTP | None = None
        self.refused: int | None = None
        """None until the message is taken."""

    def run(self) -> int:
        """The conversation, in a thread."""
        context = ssl.create_default_context(cadata=self._mail.ca_pem or None)
        server = _Secure(self, self._mail, context) if self._mail.tls == "tls" else _Plain(self, self._mail)
        with server:
            if self._mail.tls == "starttls":
                server.starttls(context=context)
            if self._mail.username:
                self._login(server)
            self.refused = len(server.send_message(self._message))
        return self.refused

    def hang_up(self) -> None:
        """End the conversation, wherever it is; the thread then comes to its end as well."""
        line = None if self.server is None else self.server.sock
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _login(self, server: smtplib.SMTP) -> None:
        name, password = self._mail.username, self._mail.password
        if f"{name}{password}".isascii():
            server.login(name, password)
            return
        # `smtplib` encodes credentials as ASCII; RFC 4616 says UTF-8.
        server.ehlo_or_helo_if_needed()
        told = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
        code, said = server.docmd("AUTH", f"PLAIN {told}")
        if code not in {_TAKEN, _ALREADY}:
            raise smtplib.SMTPAuthenticationError(code, said)


class _Plain(smtplib.SMTP):
    """Known before it connects, so that it can be hung up while it waits for the first line."""

    @override
    def __init__(self, talk: _Talk, mail: MailSettings) -> None:
        talk.server = self
        super().__init__(mail.host, mail.port, timeout=LINE_S)


class _Secure(smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""

    @override
    def __init__(self, talk: _Talk, mail: MailSettings, context: ssl.SSLContext) -> None:
        talk.server = self
        super().__init__(mail.host, mail.port, timeout=LINE_S, context=context)

"""Messages to the outside, taken by strict receivers; what people wrote never becomes markup or a header."""

import asyncio
import email
import email.policy
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.clock import ManualClock
from reliability_studio.domain.incidents.model import Severity, Status
from reliability_studio.domain.incidents.notices import News, Notice
from reliability_studio.errors import SourceRejected, SourceTimeout, SourceUnavailable
from reliability_studio.settings.notifications import MailSettings, NotificationSettings, TargetSettings
from reliability_studio.sources import mail_server as mail_server_module
from reliability_studio.sources import outgoing as outgoing_module
from reliability_studio.sources.outgoing import SIGNATURE, mail, open_outgoing, slack, teams
from tests.support.receivers import mail_server, webhook, wild
from tests.support.waiting import eventually

AT = datetime(2026, 1, 1, 3, tzinfo=UTC)
NOTICE = Notice(
    key="INC-7:opened:1",
    news=News.OPENED,
    number="INC-7",
    title="checkout fails",
    severity=Severity.CRITICAL,
    status=Status.OPEN,
    service="checkout",
    services=("payments",),
    environment="prod",
    at=AT,
    by="alertmanager",
    url="https://grafana.example.org/a/reliability-studio-app/incidents/INC-7",
)
HOSTILE = replace(NOTICE, title="<!channel> <http://evil|click> & *bold*\r\nBcc: all@example.org")


def _one(kind: str, url: str, **more):
    target = TargetSettings("on-call", kind, url=url, **more)
    return open_outgoing(NotificationSettings((target,)), ManualClock(AT))["on-call"]


async def test_a_webhook_is_signed_over_its_time_and_body_and_names_its_key():
    """Rows 97, 98."""
    with webhook() as end:
        sender = _one("webhook", f"{end.url}/hooks/x?y=1", secret="s3cret")
        await sender.send(NOTICE)
        await sender.aclose()
    (got,) = end.received
    assert got.path == "/hooks/x?y=1"
    stamp, _, digest = got.headers[SIGNATURE.lower()].partition(",v1=")
    assert stamp == f"t={int(AT.timestamp())}"
    assert digest == hmac.new(b"s3cret", stamp[2:].encode() + b"." + got.body, hashlib.sha256).hexdigest()
    assert got.headers["idempotency-key"] == "INC-7:opened:1"
    body = json.loads(got.body)
    assert (body["news"], body["incident"]["number"], body["incident"]["url"]) == (
        "opened",
        "INC-7",
        NOTICE.url,
    )


async def test_a_reminder_says_what_waits_and_what_people_wrote_in_it_stays_text():
    """Row 95: the title of a follow-up is somebody's text too."""
    waits = replace(NOTICE, news=News.REMINDER, reason="follow-up overdue for 2 d (<!channel> raise it)")
    with webhook() as end:
        sender = _one("webhook", end.url)
        await sender.send(waits)
        await sender.aclose()
    body = json.loads(end.received[0].body)
    assert (body["news"], body["reason"]) == ("reminder", waits.reason)
    assert body["headline"] == f"INC-7 waits: {waits.reason}: checkout fails"
    assert "<!channel>" not in json.dumps(slack(waits))


async def test_without_a_secret_nothing_pretends_to_be_signed():
    with webhook() as end:
        sender = _one("webhook", end.url)
        await sender.send(NOTICE)
        await sender.aclose()
    assert SIGNATURE.lower() not in end.received[0].headers


@pytest.mark.parametrize(
    ("status", "error", "retryable"),
    [(500, SourceUnavailable, True), (429, SourceUnavailable, True), (404, SourceRejected, False)],
)
async def test_a_refusal_says_whether_another_try_makes_sense_and_hides_the_address(status, error, retryable):
    with webhook() as end:
        end.answers = [status]
        sender = _one("slack", f"{end.url}/services/T000/B000/very-secret-path")
        with pytest.raises(error) as caught:
            await sender.send(NOTICE)
        await sender.aclose()
    assert caught.value.retryable is retryable
    assert "very-secret-path" not in str(caught.value)
    assert len(end.received) == 1


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        (OK + b"Content-Length: 90000000\r\n\r\n", *[b"x" * 100_000] * 20),
        (OK + b"Content-Length: 40\r\n\r\nabc",),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",),
        (b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nnonsense",),
    ],
    ids=["too long", "broken off", "does not decode", "no chunk"],
)
async def test_a_message_is_taken_as_soon_as_the_status_says_so(parts):
    """Whatever a receiver says beside it: failed, it would be sent a second time."""
    with wild(*parts) as url:
        sender = _one("slack", f"{url}/hook")
        await sender.send(NOTICE)
        await sender.aclose()


async def test_nobody_waits_for_the_rest_of_an_answer():
    """A receiver that never comes to an end of its answer has the message, and holds up nothing."""
    with wild(OK + b"Content-Length: 40\r\n\r\n", b"x", b"x", pause_s=8.0) as url:
        sender = _one("teams", f"{url}/hook")
        async with asyncio.timeout(5.0):
            await sender.send(NOTICE)
        await sender.aclose()


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ("HTTP/1.1 302 Found\r\n", SourceRejected, "answers 302, which takes nothing in"),
        ("HTTP/1.1 304 Not Modified\r\n", SourceRejected, "answers 304"),
        ("HTTP/1.1 307 Moved\r\nLocation: http://169.254.169.254/latest\r\n", SourceRejected, "redirects"),
        ("HTTP/1.1 307 Moved\r\nLocation: file:///etc/passwd\r\n", SourceRejected, "redirects"),
        ("HTTP/1.1 308 Moved\r\nLocation: /very-secret-path/\r\n", SourceRejected, "to another path"),
        ("nonsense\r\n", SourceUnavailable, "cannot be reached"),
        ("HTTP/1.1 503 Busy\r\nContent-Length: 90000\r\n\r\n" + "x" * 90_000, SourceUnavailable, "503"),
        (
            "HTTP/1.1 404 No\r\nContent-Length: 46\r\n\r\nCannot POST /very-secret-path?key=s3cretvalue!",
            SourceRejected,
            "answers 404: Cannot POST /…?key=…!",
        ),
    ],
)
async def test_no_answer_is_followed_to_where_it_leads_or_told_with_a_secret(answer, error, words):
    """Row 97: only a 2xx is a success; an address elsewhere, also a private one, is never called."""
    end = "" if "\r\n\r\n" in answer else "Content-Length: 0\r\n\r\n"
    with wild(f"{answer}{end}".encode()) as url:
        sender = _one("slack", f"{url}/very-secret-path?key=s3cretvalue")
        with pytest.raises(error, match=re.escape(words)) as caught:
            await sender.send(NOTICE)
        await sender.aclose()
    assert "secret-path" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


async def test_a_password_in_an_address_is_used_and_told_to_nobody_else():
    """Some receivers want one in front of their host; an error names the host alone."""
    with webhook() as end:
        url = end.url.replace("//", "//bo:s3cret@")
        sender = _one("webhook", url)
        await sender.send(NOTICE)
        await sender.aclose()
    assert end.received[0].headers["authorization"] == "Basic Ym86czNjcmV0"
    sender = _one("webhook", url)
    with pytest.raises(SourceUnavailable, match=re.escape(f"at {end.url.partition('//')[2]}")) as caught:
        await sender.send(NOTICE)
    await sender.aclose()
    assert "s3cret" not in str(caught.value)


def test_slack_texts_cannot_mention_link_or_format():
    """Row 100."""
    body = slack(HOSTILE)
    shown = body["text"] + body["attachments"][0]["text"]
    assert "<!channel>" not in shown
    assert "<http://evil|" not in shown
    assert "&lt;!channel&gt;" in shown
    assert body["attachments"][0]["text"].startswith(f"<{NOTICE.url}|INC-7 ")


def test_teams_gets_an_adaptive_card_with_a_button():
    """Row 101."""
    body = teams(HOSTILE)
    card = body["attachments"][0]["content"]
    assert (body["type"], card["type"], card["version"]) == ("message", "AdaptiveCard", "1.4")
    assert card["actions"][0]["url"] == NOTICE.url
    assert "\\*bold\\*" in card["body"][0]["text"]
    assert "actions" not in teams(replace(NOTICE, url=""))["attachments"][0]["content"]


async def test_mail_arrives_as_one_message_with_one_thread_per_incident():
    """Row 102."""
    with mail_server() as end:
        settings = NotificationSettings(
            (TargetSettings("team", "email", to=("a@example.org", "b@example.org")),),
            MailSettings("127.0.0.1", end.port, "studio@example.org", tls="none"),
        )
        await open_outgoing(settings, ManualClock(AT))["team"].send(HOSTILE)
    got = email.message_from_bytes(end.mails[0], policy=email.policy.default)
    assert got["To"] == "a@example.org, b@example.org"
    assert got["Bcc"] is None
    assert got["References"] == "<INC-7.reliability-studio@example.org>"
    assert NOTICE.url in got.get_content()


@pytest.mark.parametrize(
    ("reply", "error"),
    [("450 later", SourceUnavailable), ("550 nobody here", SourceRejected)],
)
async def test_a_mail_server_that_refuses_everybody_is_told(reply, error):
    with mail_server() as end:
        end.refuse = reply
        settings = NotificationSettings(
            (TargetSettings("team", "email", to=("a@example.org",)),),
            MailSettings("127.0.0.1", end.port, "studio@example.org", tls="none"),
        )
        with pytest.raises(error, match="refuses every one of 1"):
            await open_outgoing(settings, ManualClock(AT))["team"].send(NOTICE)
    assert end.mails == []


async def _mailed(end, **settings):
    server = MailSettings("127.0.0.1", end.port, "studio@example.org", tls="none", **settings)
    to = ("a@example.org", "b@example.org", "c@example.org")
    target = TargetSettings("team", "email", to=to)
    await open_outgoing(NotificationSettings((target,), server), ManualClock(AT))["team"].send(NOTICE)


async def test_a_mail_server_that_never_comes_to_the_point_is_hung_up(monkeypatch):
    """Each line in time, no end: the thread is free again, for threads are few."""
    monkeypatch.setitem(mail_server_module.hand_over.__kwdefaults__, "limit_s", 0.5)
    with mail_server() as end:
        end.greeting, end.pause_s = ("220-wait",) * 1_000, 0.05
        with pytest.raises(SourceTimeout):
            await _mailed(end)
        await asyncio.to_thread(eventually, lambda: end.talks == 1)


async def test_a_slow_mail_server_holds_few_threads_and_nobody_else_for_long(monkeypatch):
    """Two mails at a time; who does not get a turn in time is told so, and tried later."""
    monkeypatch.setattr(outgoing_module, "MAIL_S", 1.5)
    under_way: list[int] = [0]
    hand_over = mail_server_module.hand_over

    async def counted(*args):
        under_way.append(under_way[-1] + 1)
        try:
            return await hand_over(*args)
        finally:
            under_way.append(under_way[-1] - 1)

    monkeypatch.setattr(mail_server_module, "hand_over", counted)
    with mail_server() as end:
        end.pause_s = 0.3
        server = MailSettings("127.0.0.1", end.port, "studio@example.org", tls="none")
        target = TargetSettings("team", "email", to=("a@example.org",))
        sender = open_outgoing(NotificationSettings((target,), server), ManualClock(AT))["team"]

        async def tried() -> bool:
            try:
                await sender.send(NOTICE)
            except SourceTimeout:
                return False
            return True

        async with asyncio.TaskGroup() as group:
            tries = [group.create_task(tried()) for _ in range(12)]
    sent = [each.result() for each in tries]
    assert max(under_way) == 2
    assert len(end.mails) >= sent.count(True) >= 2
    assert not all(sent)


async def test_a_mail_that_was_taken_is_sent_however_long_the_goodbye_lasts(monkeypatch):
    """Failed, it would come a second time."""
    monkeypatch.setitem(mail_server_module.hand_over.__kwdefaults__, "limit_s", 2.0)
    with mail_server() as end:
        end.goodbye_s = 8.0
        await _mailed(end)
    assert len(end.mails) == 1


async def test_a_mail_that_some_do_not_get_is_told_and_not_sent_again():
    """The others have it; who does not is somebody to look after."""
    with mail_server() as end:
        end.refused = ("b@example.org",)
        with pytest.raises(SourceRejected, match="refuses 1 of 3 addresses; the rest has it") as caught:
            await _mailed(end)
    assert len(end.mails) == 1
    assert not caught.value.retryable


@pytest.mark.parametrize(("name", "password"), [("studio", "s3cret"), ("jürgen", "pässwörd"), ("a", "ö")])
async def test_a_mail_server_knows_us_by_any_name_and_password(name, password):
    """Also by those that are not ASCII; a wrong one is a refusal."""
    with mail_server() as end:
        end.login = f"\0{name}\0{password}".encode()
        await _mailed(end, username=name, password=password)
        with pytest.raises(SourceRejected, match="535"):
            await _mailed(end, username=name, password=f"{password}x")
    assert len(end.mails) == 1


async def test_a_mail_server_that_speaks_nonsense_is_tried_again():
    """Perhaps something else answered in its place."""
    with mail_server() as end:
        end.greeting = ("what",)
        with pytest.raises(SourceUnavailable):
            await _mailed(end)


@pytest.mark.parametrize("host", ["127.0.0.1", "mail..example", "a" * 64])
async def test_a_mail_server_that_is_not_there_may_be_there_later(host):
    settings = NotificationSettings(
        (TargetSettings("team", "email", to=("a@example.org",)),),
        MailSettings(host, 1, "studio@example.org", tls="none"),
    )
    with pytest.raises(SourceUnavailable, match="cannot be used"):
        await open_outgoing(settings, ManualClock(AT))["team"].send(NOTICE)


@given(text=st.text(max_size=400))
def test_no_title_breaks_a_form(text: str):
    """X: a title is a title everywhere, whatever it holds."""
    told = replace(NOTICE, title=text, root_cause=text)
    json.dumps([slack(told), teams(told)])
    headers = mail(told, "studio@example.org", ("a@example.org",)).as_string().partition("\n\n")[0]
    names = [line.partition(":")[0] for line in headers.splitlines() if not line.startswith((" ", "\t"))]
    assert sorted(set(names)) == sorted(set(names) & _HEADERS)


_HEADERS = {
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "References",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}

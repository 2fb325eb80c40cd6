"""Messages to the outside, taken by strict receivers; what people wrote never becomes markup or a header."""

import email
import email.policy
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.clock import ManualClock
from reliability_studio.domain.incidents.model import Severity, Status
from reliability_studio.domain.incidents.notices import News, Notice
from reliability_studio.errors import SourceRejected, SourceUnavailable
from reliability_studio.settings.notifications import MailSettings, NotificationSettings, TargetSettings
from reliability_studio.sources.outgoing import SIGNATURE, mail, open_outgoing, slack, teams
from tests.support.receivers import mail_server, webhook

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


async def test_a_mail_server_that_is_not_there_may_be_there_later():
    settings = NotificationSettings(
        (TargetSettings("team", "email", to=("a@example.org",)),),
        MailSettings("127.0.0.1", 1, "studio@example.org", tls="none"),
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

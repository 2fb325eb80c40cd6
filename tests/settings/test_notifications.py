"""Targets of notifications: every problem at once, secrets only by key, what is good stays usable."""

import json

import pytest

from reliability_studio.settings.organisation import decode

SECRETS = {
    "notify_chat_url": "https://hooks.example.org/services/secret-path",
    "notify_hook_url": "http://receiver:8080/in",
    "notify_hook_secret": "signing",
    "smtpPassword": "hunter2",
}
SMTP = {"host": "mail", "from": "studio@example.org", "username": "studio"}


def _decode(targets: object, smtp: object = None):
    section = {"targets": targets} | ({"smtp": smtp} if smtp is not None else {})
    return decode(json.dumps({"notifications": section}).encode(), SECRETS)


def test_a_good_section_is_taken_whole():
    settings = _decode(
        [
            {"name": "chat", "kind": "slack", "minSeverity": "high", "services": ["a", "b", "a"]},
            {"name": "hook", "news": ["opened"], "drills": True},
            {"name": "team", "kind": "email", "to": ["a@example.org"]},
        ],
        SMTP,
    )
    chat, hook, team = settings.notifications.targets
    assert settings.problems == ()
    assert (chat.kind, chat.least, chat.services) == ("slack", "high", ("a", "b"))
    assert (hook.kind, hook.secret, hook.news, hook.drills) == ("webhook", "signing", ("opened",), True)
    assert (team.to, settings.notifications.mail.password) == (("a@example.org",), "hunter2")


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ({"name": "no spaces", "kind": "slack"}, "targets[0].name"),
        ({"name": "chat", "kind": "pigeon"}, "targets[0].kind"),
        ({"name": "nowhere", "kind": "teams"}, "targets[0].url"),
        ({"name": "team", "kind": "email", "to": ["a@example.org"]}, "targets[0].to"),
        ({"name": "chat", "kind": "slack", "news": ["gossip"]}, "targets[0].news[0]"),
        ({"name": "chat", "kind": "slack", "services": "all"}, "targets[0].services"),
        ({"name": "chat", "kind": "slack", "drills": "yes"}, "targets[0].drills"),
        ({"name": "chat", "kind": "slack", "minSeverity": 3}, "targets[0].minSeverity"),
        ("chat", "targets[0]"),
    ],
)
def test_each_problem_names_its_field_and_no_secret(target: object, path: str):
    settings = _decode([target])
    assert f"jsonData.notifications.{path}" in {problem.path for problem in settings.problems}
    assert all("secret-path" not in problem.problem for problem in settings.problems)


def test_a_bad_target_takes_no_good_one_with_it_and_names_are_unique():
    settings = _decode([{"name": "?"}, {"name": "chat", "kind": "slack"}, {"name": "chat", "kind": "slack"}])
    assert [target.name for target in settings.notifications.targets] == ["chat"]
    assert len(settings.problems) == 2


@pytest.mark.parametrize("to", [[], ["nobody"], ["a@b\nBcc: c@d"], ["<a@b>"]])
def test_what_is_no_address_is_refused(to: list[str]):
    settings = _decode([{"name": "team", "kind": "email", "to": to}], SMTP)
    assert settings.notifications.targets == ()
    assert settings.problems


@pytest.mark.parametrize("smtp", [{}, {"host": "mail"}, {"host": "mail", "from": "x"}, []])
def test_a_mail_server_without_its_essentials_is_no_mail_server(smtp: object):
    settings = _decode([], smtp)
    assert settings.notifications.mail is None


def test_more_targets_than_anybody_needs_are_cut_and_told():
    settings = _decode([{"name": f"t{n}", "kind": "slack"} for n in range(60)])
    assert any("at most 50" in problem.problem for problem in settings.problems)
    assert "hunter2" not in repr(settings)

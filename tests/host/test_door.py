"""Who may come in: one-time link, sessions, bearer; no other site's pages, no foreign names for us."""

import pytest

from grafana_host.door import MAX_SESSIONS, Door, Entry


@pytest.fixture
def door():
    return Door(port=3100)


HERE = {"host": "127.0.0.1:3100"}


def test_the_one_time_token_opens_one_session(door: Door):
    session = door.exchange(door.one_time)
    assert door.exchange("") is None
    assert door.judge("GET", HERE, session) is Entry.SESSION
    fresh = door.renew()
    assert door.exchange(fresh) != session
    assert door.exchange(fresh) is None


def test_a_wrong_token_uses_nothing_up(door: Door):
    assert door.exchange("guess") is None
    assert door.exchange(door.one_time) is not None


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1", "127.0.0.1:3101", "localhost.evil:3100"])
def test_a_foreign_name_that_points_here_is_refused(door: Door, host: str):
    session = door.open_session()
    assert door.judge("GET", {"host": host}, session) is Entry.FOREIGN_HOST


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "http://127.0.0.1:3101"])
def test_a_change_must_come_from_our_own_pages(door: Door, origin: str):
    session = door.open_session()
    headers = {**HERE, "origin": origin}
    assert door.judge("POST", headers, session) is Entry.FOREIGN_ORIGIN
    assert door.judge("GET", {**headers, "upgrade": "websocket"}, session) is Entry.FOREIGN_ORIGIN
    assert door.judge("POST", {**HERE, "origin": "http://localhost:3100"}, session) is Entry.SESSION
    assert door.judge("GET", headers, session) is Entry.SESSION


def test_machines_come_with_the_bearer_token_and_no_origin(door: Door):
    good, bad = f"Bearer {door.bearer}", "Bearer glsa_guess"
    assert door.judge("POST", {**HERE, "authorization": good}, "") is Entry.BEARER
    assert door.judge("POST", {**HERE, "authorization": bad}, door.open_session()) is Entry.NO_SESSION


def test_nobody_comes_in_without_a_session_and_sessions_are_bounded(door: Door):
    assert door.judge("GET", HERE, "") is Entry.NO_SESSION
    first = door.open_session()
    for _ in range(MAX_SESSIONS):
        door.open_session()
    assert door.judge("GET", HERE, first) is Entry.NO_SESSION
    assert len(door.sessions) == MAX_SESSIONS
    assert door.bearer not in repr(door)

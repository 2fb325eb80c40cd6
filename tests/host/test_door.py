"""Who may come in: one-time link, sessions, bearer; no other site's pages, no foreign names for us."""

import base64

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


def test_admin_signs_in_by_password_where_there_is_one(door: Door):
    assert door.sign_in("admin", "") is None
    known = Door(port=3100, password="s3cret")
    assert known.sign_in("admin", "guess") is None
    assert known.sign_in("root", "s3cret") is None
    assert known.judge("GET", HERE, known.sign_in("admin", "s3cret")) is Entry.SESSION


@pytest.mark.parametrize(
    ("pair", "good"), [("admin:s3cret", True), ("admin:guess", False), ("admin:", False), ("s3cret", False)]
)
def test_a_machine_may_authenticate_as_admin(pair: str, *, good: bool):
    known = Door(port=3100, password="s3cret")
    header = "Basic " + base64.b64encode(pair.encode()).decode()
    wanted = Entry.BEARER if good else Entry.NO_SESSION
    assert known.judge("POST", {**HERE, "authorization": header}, "") is wanted
    assert Door(port=3100).judge("POST", {**HERE, "authorization": header}, "") is Entry.NO_SESSION


@pytest.mark.parametrize("header", ["Basic", "Basic é", "Basic !!!", "Basic /w==", "glsa_x", "Digest x"])
def test_what_is_no_credential_is_none(header: str):
    known = Door(port=3100, password="s3cret")
    assert known.judge("GET", {**HERE, "authorization": header}, "") is Entry.NO_SESSION

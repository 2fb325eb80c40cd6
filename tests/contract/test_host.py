"""The Go host tells a plugin that breaks the contract; otherwise the other tests here would prove nothing."""

import json
import re
from pathlib import Path

import pytest

from tests.contract.gohost import GoHost
from tests.contract.launchers import installed

pytestmark = [
    pytest.mark.contract,
    pytest.mark.integration,
    pytest.mark.timeout(720),
]

PING = {"do": "ping"}


def line(**about: object) -> str:
    """A shell command that logs one JSON line, by default a right one."""
    right = {"@level": "info", "@message": "hello", "@timestamp": "2026-10-01T12:00:00.000000Z"}
    text = json.dumps({key.replace("at_", "@"): value for key, value in about.items()} or right)
    return f"printf '%s\\n' '{text}' >&2"


def started_badly(go_host: GoHost, folder: Path, script: str) -> tuple[str, list[str]]:
    """Why the host gave up, and what it says of each log line."""
    run = go_host.run(installed(folder, "broken-app", "app", script), PING)
    return run.raw["error"], [each["why"] for each in run.log["violations"]]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'Loading models'", "Unrecognized remote plugin message: Loading models"),
        ("exit 1", "exited before we could connect|failed to read any lines"),
        ("echo '1|3|unix|/tmp/x|grpc|'; exec sleep 1", "incompatible API version"),
        ("echo '1|2|tcp|127.0.0.1:1|netrpc|'; exec sleep 1", "unsupported plugin protocol"),
    ],
)
def test_a_bad_handshake_is_refused(go_host: GoHost, tmp_path: Path, script: str, why: str) -> None:
    error, _ = started_badly(go_host, tmp_path, script)
    assert re.search(why, error, re.IGNORECASE)


def test_a_log_line_that_is_not_the_hosts_is_told(go_host: GoHost, tmp_path: Path) -> None:
    wrong = [
        "printf 'Traceback (most recent call last):\\n' >&2",
        line(at_level="warning", at_message="m", at_timestamp="2026-10-01T12:00:00.000000Z"),
        line(at_level="info", at_message="m", at_timestamp="2026-10-01T12:00:00Z"),
        line(at_level="info", at_message="m"),
        "head -c 70000 /dev/zero | tr '\\0' x >&2; echo >&2",
        line(),
    ]
    _, violations = started_badly(go_host, tmp_path, "; ".join(wrong))
    assert [why.split(":")[0] for why in violations] == [
        "is not a JSON object",
        "@level is none of the host's",
        "@timestamp is not in the host's layout",
        "has no @timestamp",
        "is cut at 64 KiB",
    ]


@pytest.mark.parametrize("key", ["at_level", "at_message", "at_timestamp"])
def test_a_log_line_that_ends_grafana_ends_the_host_and_the_test(
    go_host: GoHost, tmp_path: Path, key: str
) -> None:
    """go-plugin asserts the types of three keys without a check; the panic takes the whole server along."""
    about = {"at_level": "info", "at_message": "m", "at_timestamp": "2026-10-01T12:00:00.000000Z", key: 7}
    script = f"{line(**about)}; sleep 1"
    with pytest.raises(pytest.fail.Exception, match=r"Grafana ends on this line: @\w+ is float64"):
        go_host.run(installed(tmp_path, "broken-app", "app", script), PING)


def test_a_script_with_a_mistyped_step_is_refused(go_host: GoHost, tmp_path: Path) -> None:
    launcher = installed(tmp_path, "broken-app", "app", "exit 1")
    with pytest.raises(pytest.fail.Exception, match='unknown field "pahts"'):
        go_host.run(launcher, {"do": "callResource", "pahts": "health"})
    with pytest.raises(pytest.fail.Exception, match='there is no step "callRessource"'):
        go_host.run(launcher, {"do": "callRessource"})

"""The program's door: find out what is asked, guard stdout, hand over.

Without a command word this is the plugin process that Grafana starts. Only the standard library and the
handshake are imported before stdout is guarded; everything else after, and when that fails the reason
leaves as one log line.
"""

import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence

from reliability_studio import __version__
from reliability_studio.wire import handshake

ROLES = ("app", "datasource")

SLOW_DOWN_S = 3.0
"""Wait before a failed start ends: the host starts us again every second, without limit."""

USAGE = f"""usage: reliability-studio [--role {"|".join(ROLES)}]   serve Grafana (started by Grafana)
       reliability-studio backup FILE            write everything into one new file
       reliability-studio restore FILE           fill a database from a backup
       reliability-studio move DATABASE          copy to another database, for example PostgreSQL
       reliability-studio replay FOLDER          investigate a recorded incident offline
       reliability-studio slo ACTION …           validate, import, export SLOs as code; write Prometheus rules
       reliability-studio --version

Each command says more with --help.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    word = given[0] if given and given[0] != "--role" else ""
    command = COMMANDS.get(word)
    if command is None:
        sys.stderr.write(USAGE)
        return 2
    return command(given[1:] if word else given)


def _version(_arguments: Sequence[str]) -> int:
    sys.stdout.write(f"reliability-studio {__version__}\n")
    return 0


def _command(word: str) -> Callable[[Sequence[str]], int]:
    """A command for a terminal; its parts are imported only when it is asked for."""

    def run(arguments: Sequence[str]) -> int:
        from reliability_studio.app import commands  # noqa: PLC0415 - heavy, and not for the plugin process

        return commands.run(word, arguments)

    return run


def _plugin(arguments: Sequence[str]) -> int:
    role = _role(arguments)
    if role is None:
        sys.stderr.write(USAGE)
        return 2
    channel = handshake.begin(os.environ)
    # Records of incidents are for Grafana's user alone, however open the operator's data folder is.
    os.umask(0o077)
    try:
        from reliability_studio.observability import logs  # noqa: PLC0415 - stdout is guarded only now

        logs.install(logs.parse_level(os.environ.get("GF_PLUGIN_LOG_LEVEL", "info")))
        from reliability_studio.app import run  # noqa: PLC0415 - as above

        return run(role, channel, os.environ)
    except Exception:  # noqa: BLE001 - whatever it was, the reason must reach Grafana's log
        os.write(2, _failure(traceback.format_exc()))
        time.sleep(SLOW_DOWN_S)
        return 1


def _failure(stack: str) -> bytes:
    """One hclog line by hand: what failed to import may be the logging itself."""
    entry = {
        "@level": "error",
        "@message": "the plugin cannot start",
        "@timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()),
        "@module": "reliability_studio",
        "stack": stack[-8192:],
    }
    return json.dumps(entry).encode() + b"\n"


def _role(arguments: Sequence[str]) -> str | None:
    if not arguments:
        return ROLES[0]
    flag, *rest = arguments
    return rest[0] if flag == "--role" and len(rest) == 1 and rest[0] in ROLES else None


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "": _plugin,
    "--version": _version,
    **{word: _command(word) for word in ("backup", "restore", "move", "replay", "slo")},
}

if __name__ == "__main__":
    sys.exit(main())

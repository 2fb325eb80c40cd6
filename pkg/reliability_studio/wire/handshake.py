"""The first moments of the process: refuse strangers, guard stdout, later say the one line.

Standard library only, because it runs before anything else is imported: whatever an import prints must
not reach the pipe on which the host waits for the handshake. The order is cookie, protocol version, then
stdout becomes stderr for the rest of the process while a private copy of the pipe waits for `announce`.
"""

import os
import signal
import sys
from collections.abc import Mapping

COOKIE_KEY = "grafana_plugin_type"
COOKIE_VALUE = "datasource"
"""The value for every plugin type, apps too."""

CORE_VERSION = 1
APP_VERSION = 2

_NOT_A_HOST = (
    "This program is a Grafana plugin. It is not meant to be executed directly:\n"
    "Grafana starts it when the plugin is installed and enabled."
)


class HandshakeChannel:
    """The pipe on which the host waits for one line; used once."""

    def __init__(self, descriptor: int, parent: int) -> None:
        self._descriptor = descriptor
        self.parent = parent
        """Process id of the host at the time of the start."""

    def announce(self, network: str, address: str) -> None:
        """Tell the host where the server listens, then close the pipe.

        Args:
            network: `unix` or `tcp`.
            address: socket path, or host and port.

        Raises:
            OSError: nobody reads; the host is gone.
        """
        line = f"{CORE_VERSION}|{APP_VERSION}|{network}|{address}|grpc|\n"
        try:
            os.write(self._descriptor, line.encode())
        finally:
            os.close(self._descriptor)


def begin(environ: Mapping[str, str]) -> HandshakeChannel:
    """Check that a host started us and take stdout away from everybody else.

    Raises:
        SystemExit: no host, or one of another protocol; status 1 with the reason on stderr.
    """
    if environ.get(COOKIE_KEY) != COOKIE_VALUE:
        sys.exit(_NOT_A_HOST)
    offered = environ.get("PLUGIN_PROTOCOL_VERSIONS", "")
    if offered and str(APP_VERSION) not in (version.strip() for version in offered.split(",")):
        sys.exit(f"The host speaks plugin protocol {offered}; this plugin speaks {APP_VERSION} only.")
    # Ctrl-C in a terminal reaches the whole foreground group; the host then stops its plugins properly.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    pipe = os.dup(1)
    os.dup2(2, 1)
    return HandshakeChannel(pipe, parent)

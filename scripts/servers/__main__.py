"""Start servers by name, print where they are, stop them on Ctrl-C: `python -m scripts.servers postgres`."""

import argparse
import contextlib
import signal

from scripts.servers import alertmanager, postgres, prometheus


def main() -> None:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(description="Start real servers on loopback until Ctrl-C.")
    parser.add_argument("servers", nargs="+", choices=["prometheus", "alertmanager", "postgres"])
    wanted = parser.parse_args().servers
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    with contextlib.ExitStack() as stack, contextlib.suppress(KeyboardInterrupt):
        if "alertmanager" in wanted:
            print("alertmanager", stack.enter_context(alertmanager()).url, flush=True)
        if "prometheus" in wanted:
            print("prometheus", stack.enter_context(prometheus()).url, flush=True)
        if "postgres" in wanted:
            print("postgres", stack.enter_context(postgres()).url, flush=True)
        signal.pause()


if __name__ == "__main__":
    main()

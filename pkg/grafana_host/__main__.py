"""Serve a plugin folder as Grafana would: `python -m grafana_host --plugins dist`.

The first line on stdout is JSON with the addresses; the one-time link in it opens the page in one browser.
Ends on Ctrl-C or SIGTERM and stops every process that it started.
"""

import argparse
import asyncio
import json
import re
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

from grafana_host.grafana import DataSource
from grafana_host.serving import PortTaken, port_number, serve


def main() -> int:
    """Run until somebody stops it."""
    parser = argparse.ArgumentParser(prog="grafana_host", description=__doc__.splitlines()[0])
    parser.add_argument("--plugins", type=Path, required=True, help="the app plugin's folder")
    parser.add_argument("--port", type=port_number, default=0, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--preview", type=Path, help="the built preview page")
    parser.add_argument("--sub-path", default="", type=_sub_path, help="served under it: /grafana")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=_pair, help="plugin's ini section"
    )
    parser.add_argument("--data-dir", type=Path, help="where the plugin keeps its store")
    parser.add_argument(
        "--datasource",
        action="append",
        default=[],
        metavar="UID=TYPE,URL",
        type=_source,
        help="one that the proxy leads to, such as prom=prometheus,http://127.0.0.1:9090",
    )
    parser.add_argument("--verbose", action="store_true", help="show what the plugins log")
    options = parser.parse_args()
    if not (options.plugins / "plugin.json").is_file():
        parser.error(f"{options.plugins} holds no plugin.json")
    try:
        return asyncio.run(_run(options))
    except PortTaken as taken:
        sys.exit(str(taken))


async def _run(options: argparse.Namespace) -> int:
    settings = dict(options.set)
    if options.data_dir is not None:
        settings["data_dir"] = str(options.data_dir.resolve())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    served = serve(
        options.plugins,
        settings=settings,
        port=options.port,
        preview=options.preview,
        sub_path=options.sub_path,
    )
    async with served as host:
        for each in host.host.nested("datasource"):
            host.host.grafana.add_source(
                DataSource(uid=each.id, name=str(each.described["name"]), type=each.id)
            )
        for each in options.datasource:
            host.host.grafana.add_source(each)
        if options.verbose:
            for plugin in host.host.plugins.values():
                plugin.journal.listener = _show
        said = {"url": host.url, "login": host.login_url, "token": host.door.bearer}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        await stop.wait()
    return 0


def _pair(text: str) -> tuple[str, str]:
    key, found, value = text.partition("=")
    if not key or not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


def _sub_path(text: str) -> str:
    if text and not re.fullmatch(r"(/[\w-]+)+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no path like /grafana")
    return text


def _source(text: str) -> DataSource:
    uid, rest = _pair(text)
    kind, _, url = rest.partition(",")
    if not kind or urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise argparse.ArgumentTypeError(f"{text!r} is not UID=TYPE,URL with a URL on this machine")
    return DataSource(uid=uid, name=uid, type=kind, url=url)


def _show(entry: dict[str, object]) -> None:
    sys.stderr.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    sys.exit(main())

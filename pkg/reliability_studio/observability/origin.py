"""From where the call came that is being answered, as it was reported.

    address = reported(headers)          out of the headers that a proxy writes
    with came_from(address): …           for all that is done inside, through awaits
    reported_address()                   what the audit log writes beside who did it

Whoever forwards a request appends the address of its own peer to `X-Forwarded-For`; Grafana does so too. The
last address is therefore Grafana's peer, and each before it is only as good as the one that reported it: a
caller can write what it likes. It is shown to people; nothing is ever decided by it.
"""

import contextlib
import ipaddress
from collections.abc import Iterator, Mapping
from contextvars import ContextVar

MOST = 5
"""Addresses of one chain that are kept: those nearest to us."""
_LONGEST = 60
"""Characters of a written address, with its port."""

_current: ContextVar[str] = ContextVar("reported_address", default="")


def reported(headers: Mapping[str, str]) -> str:
    """The chain of addresses in the headers of a call, the farthest first, parted by a comma and a space.

    Args:
        headers: by lower-case name.

    Returns:
        Addresses in their shortest spelling, without ports; what stands before something that is no address
        is left out with it. Empty when nothing was reported.
    """
    chain: list[str] = []
    for part in reversed(headers.get("x-forwarded-for", "").rsplit(",", MOST)[-MOST:]):
        address = _address(part)
        if not address:
            break
        chain.append(address)
    return ", ".join(reversed(chain)) or _address(headers.get("x-real-ip", ""))


@contextlib.contextmanager
def came_from(address: str) -> Iterator[None]:
    """What is done inside the block is done for a call from there."""
    token = _current.set(address)
    try:
        yield
    finally:
        _current.reset(token)


def reported_address() -> str:
    """From where the call came that is being answered; empty outside of one, or when nobody told."""
    return _current.get()


def _address(text: str) -> str:
    """An address as people write it, with its port or without; empty when it is none."""
    written = text.strip()
    if not 0 < len(written) <= _LONGEST:
        return ""
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    try:
        found = ipaddress.ip_address(written)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id is not None:
            return ""
        return str(found.ipv4_mapped or found)
    return str(found)

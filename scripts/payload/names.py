"""Run-time hook of the frozen program: host and user names by files and DNS only, on every machine alike.

A host's /etc/nsswitch.conf may name modules (systemd, mDNS, LDAP). They would be loaded from the host into
our C library, which may be older or newer than the one they were built for.
"""

import ctypes

_libc = ctypes.CDLL(None)
for _database, _order in ((b"hosts", b"files dns"), (b"passwd", b"files"), (b"group", b"files")):
    _libc["__nss_configure_lookup"](_database, _order)

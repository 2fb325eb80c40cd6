"""Run-time hook of the frozen program: what must hold before our code runs.

Host and user names go by files and DNS on every machine alike. Without /etc/nsswitch.conf (Alpine) glibc
would ask DNS before /etc/hosts; with one, it may load the host's own modules into our C library.
The process gets a name of its own, or `top` would show the loader's.
"""

import ctypes

_PR_SET_NAME = 15

_libc = ctypes.CDLL(None)
for _database, _order in ((b"hosts", b"files dns"), (b"passwd", b"files"), (b"group", b"files")):
    _libc["__nss_configure_lookup"](_database, _order)
_libc.prctl(_PR_SET_NAME, b"gpx_reliability")

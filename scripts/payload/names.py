"""Run-time hook of the frozen program: host and user names by files and DNS only, on every machine alike.

Without /etc/nsswitch.conf (Alpine) glibc would ask DNS before /etc/hosts; with one, it may load the host's
own modules into our C library.
"""

import ctypes

_libc = ctypes.CDLL(None)
for _database, _order in ((b"hosts", b"files dns"), (b"passwd", b"files"), (b"group", b"files")):
    _libc["__nss_configure_lookup"](_database, _order)

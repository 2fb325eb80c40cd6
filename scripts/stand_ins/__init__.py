"""Strict stand-ins for servers that cannot be installed here: Loki, Tempo, a Kubernetes API server.

    asked.py        a question and its answer, whatever carries them
    loki.py         log lines by LogQL
    tempo.py        traces by TraceQL
    kubernetes.py   lists, pages and watches, with versions as the real server counts them
    serving.py      any of them on a port of 127.0.0.1

What the real ones refuse, they refuse, with the same status. They hold no data of their own: the demo feeds
them from its shop, tests from theirs. Standard library only.
"""

from scripts.stand_ins.asked import Asked, Reply
from scripts.stand_ins.kubernetes import Cluster, Watch
from scripts.stand_ins.loki import Loki
from scripts.stand_ins.serving import serve
from scripts.stand_ins.tempo import Tempo, TraceStore

__all__ = ["Asked", "Cluster", "Loki", "Reply", "Tempo", "TraceStore", "Watch", "serve"]

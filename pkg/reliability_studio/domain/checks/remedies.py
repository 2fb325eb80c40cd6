"""What Kubernetes says about a sick pod, in words that say what to do."""

import re

_IMAGE = (
    (r"not found|manifest unknown|does not exist", "the image or its tag does not exist: correct the name"),
    (
        r"unauthori[sz]ed|denied|authentication|no basic auth|forbidden",
        "the registry refuses: check imagePullSecrets and the account's rights",
    ),
    (
        r"timeout|timed out|deadline|no such host|connection refused|i/o|eof",
        "the registry cannot be reached: check the node's network, DNS and proxy",
    ),
    (r"toomanyrequests|rate limit|429", "the registry limits pulls: use a mirror or log in"),
    (r"invalid reference|InvalidImageName", "the image's name cannot be read: correct it"),
    (r"no space|disk", "the node has no room for the image: free disk space"),
)
_PENDING = (
    (r"insufficient cpu", "no node has enough free processor: lower requests or add nodes"),
    (r"insufficient memory", "no node has enough free memory: lower requests or add nodes"),
    (r"insufficient [\w./-]*gpu", "no node has a free GPU"),
    (r"insufficient ephemeral-storage", "no node has enough free local disk"),
    (r"too many pods", "the nodes hold as many pods as they may: add nodes"),
    (r"untolerated taint|had taint", "the nodes' taints are not tolerated: add a toleration or other nodes"),
    (
        r"node affinity|node selector|didn't match.*(selector|affinity)",
        "no node has the labels that it asks for: correct nodeSelector or affinity",
    ),
    (r"pod (anti-)?affinity|topology spread", "pod affinity or spreading leaves no node"),
    (
        r"persistentvolumeclaim|volume node affinity|unbound",
        "its volume is not bound, or bound elsewhere: look at the claim and its storage class",
    ),
    (r"exceeded quota", "the namespace's quota is used up: raise it or lower requests"),
)
_EXITS = {
    1: "the program ended with an error",
    2: "the program was called wrongly",
    126: "the command may not be executed",
    127: "the command does not exist in the image",
    134: "the program aborted itself",
    137: "killed (SIGKILL): out of memory, a failed liveness probe or an eviction",
    139: "the program crashed (SIGSEGV)",
    143: "asked to end (SIGTERM)",
}


def image(message: str) -> str:
    """What to do about an image that cannot be pulled."""
    return _first(_IMAGE, message) or "look at the pod's events for the registry's answer"


def pending(message: str) -> str:
    """What to do about a pod that finds no node."""
    return _first(_PENDING, message) or "look at the pod's events for the scheduler's reason"


def exit_code(code: int | None) -> str:
    """What an exit code means."""
    return "" if code is None else _EXITS.get(code, "")


def _first(table: tuple[tuple[str, str], ...], message: str) -> str:
    return next((words for pattern, words in table if re.search(pattern, message, re.IGNORECASE)), "")

"""What to do next about a suspected cause: exact commands to read or to undo. Shown, never run."""

import shlex
from collections.abc import Mapping
from datetime import datetime

from reliability_studio.domain.correlation import changes as change_rules
from reliability_studio.domain.correlation.evidence import Cause, Step

MOST_LOOKS = 3
_LOOK: Mapping[str, tuple[str, str, str]] = {
    # cause: title, command, why
    "cpu": (
        "See which container burns processor time",
        "kubectl{inside} top pod -l app={service} --containers",
        "its processor use left its usual range",
    ),
    "throttling": (
        "Compare the processor limit with its use",
        "kubectl{inside} get deploy {service} -o jsonpath='{{.spec.template.spec.containers[*].resources}}'",
        "the kernel slows it down at its limit",
    ),
    "memory": (
        "See who holds the memory and how near the limit is",
        "kubectl{inside} top pod -l app={service} --containers",
        "its memory keeps growing",
    ),
    "oom": (
        "Confirm the kill and its limit",
        (
            "kubectl{inside} get pod -l app={service} -o jsonpath='{{range .items[*]}}{{.metadata.name}} "
            '{{.status.containerStatuses[*].lastState}}{{"\\n"}}{{end}}\''
        ),
        "a container was killed for lack of memory",
    ),
    "restarts": (
        "Read what the crashed container said last",
        "kubectl{inside} logs -l app={service} --previous --tail=100",
        "its containers restart",
    ),
    "replicas": (
        "See why replicas are missing",
        "kubectl{inside} describe deploy {service}",
        "fewer replicas are ready than usual",
    ),
    "disk": ("See what fills the disk", "kubectl{inside} exec deploy/{service} -- df -h", "its disk fills"),
    "disk_io": (
        "See the load on its volume",
        "kubectl{inside} exec deploy/{service} -- cat /proc/diskstats",
        "its disk load left its usual range",
    ),
    "connections": (
        "Compare open connections with the pool's size",
        "kubectl{inside} exec deploy/{service} -- ss -s",
        "its connections left their usual range",
    ),
    "network": (
        "Measure the network from within",
        "kubectl{inside} exec deploy/{service} -- ss -ti",
        "callers wait longer than it works",
    ),
    "dns": (
        "Test name resolution from within",
        "kubectl{inside} exec deploy/{service} -- nslookup kubernetes.default",
        "names do not resolve",
    ),
    "certificate": (
        "Read the certificate's dates",
        (
            "openssl s_client -connect {service}:443 -servername {service} </dev/null"
            " | openssl x509 -noout -dates"
        ),
        "a certificate ran out or is about to",
    ),
    "node": (
        "See the node's conditions",
        "kubectl{inside} get pod -l app={service} -o wide && kubectl describe node",
        "the node is in trouble",
    ),
    "traffic": (
        "Decide whether to scale out",
        "kubectl{inside} get hpa {service}",
        "the traffic itself changed",
    ),
    "event": (
        "Read the pod's events",
        "kubectl{inside} describe pod -l app={service}",
        "Kubernetes reports a failure",
    ),
}
_UNDO: Mapping[str, tuple[str, str]] = {
    "rollout": ("Undo the rollout", "kubectl{inside} rollout undo deploy/{service}"),
    "config": (
        "Compare the configuration with its last version",
        "kubectl{inside} rollout history deploy/{service}",
    ),
    "flag": ("Turn the flag back", "kubectl{inside} rollout history deploy/{service}"),
    "scale": (
        "Restore the replica count",
        "kubectl{inside} get deploy {service} -o jsonpath='{{.spec.replicas}}'",
    ),
    "node": ("See where its pods moved", "kubectl{inside} get pod -l app={service} -o wide"),
    "restart": ("Read what the restarted container said", "kubectl{inside} logs -l app={service} --previous"),
    "other": ("Look at what changed", "kubectl{inside} rollout history deploy/{service}"),
}


def steps(cause: Cause, onset: datetime, namespace: str = "") -> tuple[Step, ...]:
    """Undo first if a change is to blame, then look closer, then read its errors."""
    inside = f" -n {shlex.quote(namespace)}" if namespace else ""
    words = {"service": shlex.quote(cause.service), "inside": inside}
    made = []
    suspects = [each for each in cause.changes if change_rules.kind_of(each) == cause.kind]
    if suspects:
        # Of several, the one that the trouble began at: an earlier version ran well.
        blamed = min(suspects, key=lambda each: abs(each.at - onset))
        title, command = _UNDO[cause.kind]
        made.append(Step(title, command.format(**words), f"{blamed.kind} at {blamed.at:%H:%M} UTC"))
    local = [cause.kind, *(finding.kind.value for finding in cause.evidence)]
    for kind in dict.fromkeys(local):
        if kind in _LOOK and len(made) < MOST_LOOKS:
            title, command, why = _LOOK[kind]
            made.append(Step(title, command.format(**words), why))
    made.append(
        Step(
            "Read its errors since the onset",
            f"kubectl{inside} logs -l app={words['service']} --since-time={onset:%Y-%m-%dT%H:%M:%SZ}"
            " | grep -iE 'error|fatal|panic'",
            "what it says itself",
        )
    )
    return tuple(made)

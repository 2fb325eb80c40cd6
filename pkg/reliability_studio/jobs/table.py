"""Everything that runs by itself, in one table. What each does is in `flows`; `app` connects the two."""

from reliability_studio.jobs.schedule import Job

SLO_REFRESH = Job("slo_refresh", every_s=60, timeout_s=55, at_start=True)
"""Count the minutes since the last snapshot and judge burn rates."""
ALERT_RECONCILE = Job("alert_reconcile", every_s=30, timeout_s=25, at_start=True)
"""Ask the sources of alerts what fires: finds lost messages, and needs no webhook."""
INCIDENT_UPKEEP = Job("incident_upkeep", every_s=15, timeout_s=30)
"""Resolve incidents whose hold is over, place alerts whose maintenance is over, miss heartbeats."""
NOTIFICATIONS = Job("notifications", every_s=5, timeout_s=60)
"""Deliver what is waiting to be told."""
REMINDERS = Job("reminders", every_s=60, timeout_s=30)
"""Remind people of incidents that wait for them, where an organisation asks for it."""
INVESTIGATION = Job("investigation", every_s=5, timeout_s=120)
"""Look for the cause of new incidents, and again as they grow older."""
QUESTIONS = Job("questions", every_s=5, timeout_s=60)
"""Ask what rules want to know about alerts that came in."""
ROLLOUTS = Job("rollouts", every_s=60, timeout_s=50)
"""Note new versions of services and judge those that are old enough."""
DETECTOR = Job("detector", every_s=60, timeout_s=50)
"""Look for services that misbehave although no alert rule says so, where that is switched on."""
CLUSTER_WATCH = Job("cluster_watch", every_s=5, timeout_s=300, at_start=True)
"""Follow what runs in the cluster, in sessions, so that nothing else has to list it."""
DISCOVERY = Job("discovery", every_s=300, timeout_s=60, at_start=True)
"""Look for services that nobody declared, and for who calls whom."""
CATALOGUE = Job("catalogue", every_s=60, timeout_s=30, at_start=True)
"""Read the operator's file of services again."""
SLO_FILES = Job("slo_files", every_s=60, timeout_s=50, at_start=True)
"""Read the operator's folder of SLOs again."""
SLO_DRIFT = Job("slo_drift", every_s=3600, timeout_s=120)
"""Compare a few SLOs with what PromQL says of their last day."""
RETENTION = Job("retention", every_s=3600, timeout_s=600)
"""Drop what is older than it is kept, in small batches."""

JOBS = (
    SLO_REFRESH,
    ALERT_RECONCILE,
    INCIDENT_UPKEEP,
    NOTIFICATIONS,
    REMINDERS,
    INVESTIGATION,
    QUESTIONS,
    ROLLOUTS,
    DETECTOR,
    CLUSTER_WATCH,
    DISCOVERY,
    CATALOGUE,
    SLO_FILES,
    SLO_DRIFT,
    RETENTION,
)

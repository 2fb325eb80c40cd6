"""Every route of the incident side in one table; the composition root adds those of the other parts."""

from collections.abc import Sequence
from typing import Any

from reliability_studio.api.alerts import alert_routes
from reliability_studio.api.attachments import attachment_routes
from reliability_studio.api.audit import people_routes
from reliability_studio.api.catalog import service_routes
from reliability_studio.api.deliveries import delivery_routes
from reliability_studio.api.families import family_routes
from reliability_studio.api.forms import form_routes
from reliability_studio.api.heartbeats import heartbeat_routes
from reliability_studio.api.hooks import hook_routes
from reliability_studio.api.identities import identity_routes
from reliability_studio.api.incidents import incident_routes
from reliability_studio.api.insights import insight_routes
from reliability_studio.api.kept import Kept
from reliability_studio.api.ladder import ladder_routes
from reliability_studio.api.maintenance import maintenance_routes
from reliability_studio.api.rates import Rates, limited
from reliability_studio.api.reminders import reminder_routes
from reliability_studio.api.report_template import report_template_routes
from reliability_studio.api.reports import report_routes
from reliability_studio.api.router import Route
from reliability_studio.api.rules import rule_routes
from reliability_studio.api.status_names import status_name_routes
from reliability_studio.api.status_page import status_page_routes
from reliability_studio.api.tasks import task_routes
from reliability_studio.api.timeline import timeline_routes
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.notices import Target
from reliability_studio.flows.attachments import Attachments
from reliability_studio.flows.catalog import Catalog
from reliability_studio.flows.delivery_log import DeliveryLog
from reliability_studio.flows.families import Families
from reliability_studio.flows.fields import FieldDefinitions
from reliability_studio.flows.heartbeats import Heartbeats
from reliability_studio.flows.identities import Identities
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.insights import Learning
from reliability_studio.flows.integrations import Integrations
from reliability_studio.flows.ladder import Ladders
from reliability_studio.flows.maintenance import Maintenance
from reliability_studio.flows.people import People
from reliability_studio.flows.reminders import Reminders
from reliability_studio.flows.report_template import ReportTemplates
from reliability_studio.flows.reports import Reports
from reliability_studio.flows.rules import Rules
from reliability_studio.flows.status_names import StatusNaming
from reliability_studio.flows.status_page import StatusPages
from reliability_studio.flows.templates import Templates
from reliability_studio.sources.prometheus import Prometheus
from reliability_studio.store.engine import Database


def incident_side(
    database: Database,
    intake: Intake,
    incidents: Incidents,
    clock: Clock,
    *,
    reminders: Reminders,
    grafana_secret: str = "",
    timestamp_header: str = "",
    targets: Sequence[Target] = (),
    kept: Kept | None = None,
    prometheus: Prometheus | None = None,
) -> tuple[Route[Any], ...]:
    """All routes about alerts, incidents, services, rules and people.

    Args:
        database: of the organisation.
        intake: its door for alerts.
        incidents: what people do with incidents.
        clock: for the moment of each call.
        reminders: of what waits.
        grafana_secret: HMAC secret of Grafana's contact point; empty when none is configured.
        timestamp_header: header with the time of that signature, as configured in Grafana.
        targets: who is told about incidents, for the delivery log.
        kept: answers that the process keeps; its own when none is given.
        prometheus: whose memory of alerts rules can be tried on.
    """
    people = People(database)
    integrations = Integrations(database)
    routes = (
        *hook_routes(
            intake,
            integrations,
            clock,
            grafana_secret=grafana_secret,
            timestamp_header=timestamp_header,
        ),
        *incident_routes(incidents, people, kept or Kept(), clock),
        *family_routes(Families(incidents.desk), clock),
        *alert_routes(incidents, clock),
        *timeline_routes(incidents, clock),
        *attachment_routes(Attachments(incidents.desk), clock),
        *task_routes(incidents, clock),
        *report_routes(incidents, clock),
        *report_template_routes(ReportTemplates(database), Reports(incidents), clock),
        *insight_routes(Learning(database), clock),
        *rule_routes(Rules(database, prometheus), integrations, clock),
        *form_routes(FieldDefinitions(database), Templates(incidents), clock),
        *status_name_routes(StatusNaming(database), clock),
        *ladder_routes(Ladders(database), clock),
        *status_page_routes(StatusPages(database), clock),
        *delivery_routes(DeliveryLog(database), targets, clock),
        *reminder_routes(reminders, targets, clock),
        *maintenance_routes(Maintenance(database), clock),
        *identity_routes(Identities(database), clock),
        *heartbeat_routes(Heartbeats(database, intake), clock),
        *service_routes(Catalog(database, intake.apply), clock),
        *people_routes(people),
    )
    return limited(routes, Rates(clock), Rates.of_senders(clock))

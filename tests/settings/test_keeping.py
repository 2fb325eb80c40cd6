"""Retention, annotations and the ways in for alerts, as the settings say."""

import json
from datetime import timedelta

import pytest

from reliability_studio.settings.organisation import Settings, decode


def read(**sections: object) -> Settings:
    """Settings with these sections."""
    return decode(json.dumps(sections).encode(), {})


def test_incidents_are_kept_for_ever_unless_somebody_says_otherwise() -> None:
    """The rest has its times."""
    keep = read().retention
    assert keep.incidents is None
    assert (keep.alerts, keep.audit, keep.deliveries) == tuple(timedelta(days=d) for d in (90, 365, 30))
    own = read(retention={"incidentDays": 400, "auditDays": 0}).retention
    assert (own.incidents, own.audit) == (timedelta(days=400), None)


@pytest.mark.parametrize(("name", "value"), [("incidentDays", 0.5), ("auditDays", -1), ("alertDays", "soon")])
def test_a_time_that_cannot_be_leaves_the_default(name: str, value: object) -> None:
    """A slip never deletes anything."""
    settings = read(retention={name: value})
    assert settings.retention == read().retention
    assert [problem.path for problem in settings.problems] == [f"jsonData.retention.{name}"]


def test_marks_and_polling_are_off_unless_they_are_wanted() -> None:
    """Unknown words are told."""
    settings = read()
    assert not settings.annotations.enabled
    assert not settings.alerts.poll_grafana
    wanted = read(annotations={"enabled": True, "tags": ["prod"]}, alerts={"pollGrafana": True})
    assert (wanted.annotations.enabled, wanted.annotations.tags, wanted.alerts.poll_grafana) == (
        True,
        ("prod",),
        True,
    )
    assert [p.path for p in read(annotations={"on": True}).problems] == ["jsonData.annotations.on"]

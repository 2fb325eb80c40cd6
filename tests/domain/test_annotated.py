"""Services as annotations of their workloads describe them (row 113)."""

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.annotated import PREFIX, describe, ours
from reliability_studio.domain.catalog import ServiceLink

SAID = {
    f"{PREFIX}owner": " team-money ",
    f"{PREFIX}tier": "1",
    f"{PREFIX}description": "Takes the money",
    f"{PREFIX}runbook": "https://runbooks.example/payments",
    f"{PREFIX}depends-on": "ledger, bank,payments,,ledger",
    f"{PREFIX}link.dashboard": "https://grafana.example/d/1",
    "deployment.kubernetes.io/revision": "7",
}


def test_row_113_a_service_is_described_by_its_workload():
    told = describe("payments", ours(SAID))
    service = told.service
    assert (service.owner_team, service.tier, service.description) == ("team-money", "1", "Takes the money")
    assert service.runbook_url == "https://runbooks.example/payments"
    assert service.links == (ServiceLink("dashboard", "https://grafana.example/d/1"),)
    assert service.discovered == ("bank", "ledger")
    assert (service.declared, told.problems) == (False, ())


def test_what_cannot_be_used_is_told_by_its_name_and_the_rest_counts():
    wrong = {
        f"{PREFIX}runbook": "javascript:alert(1)",
        f"{PREFIX}link.page": "http://[",
        f"{PREFIX}onwer": "typo",
        f"{PREFIX}tier": "x" * 201,
        f"{PREFIX}owner": "team-money",
    }
    told = describe("payments", ours(wrong))
    assert told.service.owner_team == "team-money"
    assert (told.service.runbook_url, told.service.links, told.service.tier) == ("", (), "")
    named = {each.partition(":")[0].removeprefix(PREFIX) for each in told.problems}
    assert named == {"onwer", "tier", "link.page", "runbook"}


@given(st.dictionaries(st.text(max_size=30).map(lambda key: PREFIX + key), st.text(max_size=40), max_size=8))
def test_any_annotation_gives_a_service_or_a_reason(said):
    told = describe("payments", ours(said))
    assert told.service.name == "payments"
    assert all(each.startswith(PREFIX) for each in told.problems)
    assert "payments" not in told.service.discovered

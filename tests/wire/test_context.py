"""PluginContext and headers, narrowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.api.calls import Role
from reliability_studio.errors import BadRequest
from reliability_studio.wire import context as narrowing
from reliability_studio.wire.context import Headers
from reliability_studio.wire.pb import backend_pb2 as pb
from tests.wire.harness import who


@pytest.mark.parametrize(
    ("namespace", "org_id", "expected"),
    [
        ("", 3, 3),
        ("default", 3, 1),
        ("default", 0, 1),
        ("org-7", 3, 7),
        ("org-7", 0, 7),
        ("stacks-12", 3, 3),
        ("org-0", 3, 3),
        ("org-x", 3, 3),
        ("org-" + "9" * 40, 3, 3),
        ("", -1, 0),
        ("", 0, 0),
    ],
)
def test_the_namespace_names_the_organisation_and_the_older_field_where_there_is_none(
    namespace: str, org_id: int, expected: int
):
    """Both generations of hosts, and Cloud's names, which are no organisation."""
    assert narrowing.org_id(pb.PluginContext(namespace=namespace, orgId=org_id)) == expected


def test_a_call_without_organisation_has_no_tenant():
    with pytest.raises(BadRequest, match="organisation"):
        narrowing.tenant(pb.PluginContext())


def test_an_app_call_carries_the_apps_settings():
    settings = pb.AppInstanceSettings(
        jsonData=b"null", lastUpdatedMS=5, decryptedSecureJsonData={"token": "hunter2"}
    )
    tenant = narrowing.tenant(pb.PluginContext(orgId=1, pluginId="app", appInstanceSettings=settings))
    assert (tenant.json_data, tenant.updated_ms, tenant.has_settings) == (b"null", 5, True)
    assert dict(tenant.secure) == {"token": "hunter2"}
    assert "hunter2" not in repr(tenant)


def test_a_data_source_call_carries_the_data_sources_settings():
    source = pb.DataSourceInstanceSettings(uid="ds", jsonData=b"{}", lastUpdatedMS=5)
    tenant = narrowing.tenant(pb.PluginContext(orgId=1, dataSourceInstanceSettings=source))
    assert (tenant.datasource_uid, tenant.updated_ms, tenant.has_settings) == ("ds", 5, True)


def test_a_call_without_settings_says_so():
    assert not narrowing.tenant(pb.PluginContext(orgId=1)).has_settings


def test_a_caller_is_who_grafana_says_and_an_unknown_role_may_nothing():
    headers = Headers.of_call({})
    editor = narrowing.caller(who(), headers, user_uid="u7")
    assert (editor.login, editor.email, editor.role) == ("anna", "anna@example.org", Role.EDITOR)
    assert editor.user_uid == "u7"
    assert narrowing.caller(who(role="Wizard"), headers).role is Role.NONE
    assert narrowing.caller(pb.PluginContext(orgId=1), headers).role is Role.NONE


def test_headers_are_found_with_and_without_prefix_and_in_any_case():
    headers = Headers.of_call({"http_X-Grafana-Id": "prefixed", "x-grafana-id": "plain", "Cookie": "c"})
    assert headers.get("x-grafana-id") == "prefixed"
    assert headers.get("cookie") == "c"
    assert headers.get("absent") == ""


def test_the_first_value_of_a_resource_header_counts_and_an_empty_list_is_none():
    headers = Headers.of_resource(
        {"Accept": pb.StringList(values=["a", "b"]), "Empty": pb.StringList(values=[])}
    )
    assert headers.public() == {"accept": "a"}


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20)))
def test_no_spelling_of_the_identity_header_reaches_the_product(given_headers: dict[str, str]):
    spelled = {**given_headers, "X-GRAFANA-ID": "t", "HTTP_x-grafana-id": "t"}
    assert "x-grafana-id" not in Headers.of_call(spelled).public()


def test_only_the_unprefixed_header_says_that_an_alert_rule_asks():
    assert Headers.of_call({"FromAlert": "true"}).from_alert
    assert not Headers.of_call({"http_FromAlert": "true"}).from_alert
    assert not Headers.of_resource({"FromAlert": pb.StringList(values=["true"])}).from_alert


def test_log_parameters_of_the_host_become_bounded_fields():
    given_values = ["dsName:::prom", "broken", ":::x", *(f"k{n}:::v" for n in range(20))]
    fields = narrowing.log_parameters(given_values)
    assert fields["grafana_dsName"] == "prom"
    assert len(fields) <= 8

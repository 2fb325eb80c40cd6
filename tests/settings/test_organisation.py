"""Settings of an organisation: narrowed once, every problem told at once, secrets never shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.settings import decode


def _paths(settings):
    return {problem.path for problem in settings.problems}


def test_an_app_without_saved_settings_is_no_problem():
    """Grafana sends empty bytes or the text `null` for an app that nobody configured."""
    for empty in (b"", b"null", b"{}", b"  "):
        settings = decode(empty, {})
        assert settings.sources == {}
        assert settings.problems == ()


def test_a_source_gets_its_address_credentials_and_limits():
    """jsonData says where, secureJsonData says with what."""
    document = {"prometheus": {"url": "http://prom:9090/", "username": "ops", "timeoutSeconds": "7.5"}}
    settings = decode(json.dumps(document).encode(), {"prometheusPassword": "s3cret"})
    source = settings.source("prometheus")
    assert source is not None
    assert source.url == "http://prom:9090"
    assert (source.username, source.password, source.timeout_s) == ("ops", "s3cret", 7.5)


@pytest.mark.parametrize("end", ["\n", "\r\n", " ", "\t"])
def test_what_is_pasted_with_a_lines_end_is_taken_without_it(end):
    """No header holds one, and nobody sees it in a form; a password is taken as it is."""
    document = {"prometheus": {"url": f"http://prom:9090{end}"}, "loki": {"url": "http://loki"}}
    secrets = {"prometheusToken": f"t0ken{end}", "lokiPassword": f"s3cret{end}"}
    settings = decode(json.dumps(document).encode(), secrets)
    assert settings.problems == ()
    prometheus, loki = settings.sources["prometheus"], settings.sources["loki"]
    assert (prometheus.url, prometheus.token) == ("http://prom:9090", "t0ken")
    assert loki.password == f"s3cret{end}"


@pytest.mark.parametrize("token", ["t\nken", "töken", "t\x00ken", "t\x7fken"])
def test_a_token_that_no_header_can_hold_is_a_problem_of_its_own(token):
    """Named by its field and never said; the source itself stays."""
    document = {"prometheus": {"url": "http://prom"}}
    settings = decode(json.dumps(document).encode(), {"prometheusToken": token})
    assert [(each.path, each.problem) for each in settings.problems] == [
        ("secureJsonData.prometheusToken", "must be printable ASCII on one line")
    ]
    assert settings.sources["prometheus"].token == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.300:9090",
        "http://10.0.0.01",
        "http://pro m",
        "http://a\nb",
        "http://[::1",
        "ftp://a",
        "http://a:0",
    ],
)
def test_an_address_that_nothing_can_be_asked_at_is_a_problem_of_its_field(url):
    """A slip in it is told where it was made, not by every call."""
    settings = decode(json.dumps({"prometheus": {"url": url}}).encode(), {})
    assert [(each.path, each.problem) for each in settings.problems] == [
        ("jsonData.prometheus.url", "must be an address like http://prometheus:9090")
    ]
    assert settings.sources == {}


def test_prometheus_says_from_which_samples_thanos_may_answer():
    """Slo-features 84: raw ones unless others are allowed."""
    for part, resolution in (({}, "raw"), ({"resolution": "5m"}, "5m")):
        document = {"prometheus": {"url": "http://thanos:10902", **part}}
        source = decode(json.dumps(document).encode(), {}).source("prometheus")
        assert source is not None
        assert source.resolution == resolution


_PEM = "-----BEGIN CERTIFICATE-----\nMIIB+A==\n-----END CERTIFICATE-----"


@pytest.mark.parametrize(
    "text", [_PEM, f"# Zürich CA\n{_PEM}\n", f"{_PEM.replace(chr(10), chr(13) + chr(10))}"]
)
def test_of_a_bundle_the_certificates_are_taken_and_the_words_between_them_are_not(text):
    """What people write beside them may be any text, and OpenSSL reads ASCII only."""
    document = {
        "loki": {"url": "https://loki", "caCertificate": f"{text}\n{text}"},
        "notifications": {"smtp": {"host": "mail", "from": "a@b.c", "caCertificate": f"{text}\n{text}"}},
    }
    settings = decode(json.dumps(document).encode(), {})
    assert settings.problems == ()
    mail = settings.notifications.mail
    assert mail is not None
    for taken in (settings.sources["loki"].ca_pem, mail.ca_pem):
        assert "\n".join(taken.split()) == "\n".join(f"{_PEM}\n{_PEM}".split())


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN CERTIFICATE-----", _PEM.replace("M", "é")])
def test_what_holds_no_certificate_is_a_problem_of_its_field(text):
    """Of a source and of the mail server alike."""
    document = {
        "loki": {"url": "https://loki", "caCertificate": text},
        "notifications": {"smtp": {"host": "mail", "from": "a@b.c", "caCertificate": text}},
    }
    settings = decode(json.dumps(document).encode(), {})
    assert _paths(settings) == {"jsonData.loki.caCertificate", "jsonData.notifications.smtp.caCertificate"}


def test_all_problems_are_reported_together():
    """A form with five mistakes answers with five problems, not with the first."""
    document = {
        "prometheus": {"url": "ftp://prom", "timeoutSeconds": 9000, "resolution": "2h"},
        "loki": {"url": "http://user:pw@loki:3100"},
        "tempo": {"url": "http://tempo:3200", "caCertificate": "nonsense", "headers": {"X-A": 5}},
        "alertmanager": "http://am:9093",
    }
    settings = decode(json.dumps(document).encode(), {})
    assert _paths(settings) == {
        "jsonData.prometheus.url",
        "jsonData.prometheus.timeoutSeconds",
        "jsonData.prometheus.resolution",
        "jsonData.loki.url",
        "jsonData.tempo.caCertificate",
        "jsonData.tempo.headers.X-A",
        "jsonData.alertmanager",
    }


@pytest.mark.parametrize("number", [10**400, -(10**400), float("nan"), float("inf"), "1e999", "ten"])
def test_a_number_that_is_none_is_a_problem_and_no_crash(number):
    """The rest of the settings must not go with it."""
    document = {"prometheus": {"url": "http://prom:9090", "timeoutSeconds": number}}
    settings = decode(json.dumps(document).encode(), {})
    assert _paths(settings) == {"jsonData.prometheus.timeoutSeconds"}
    assert settings.sources["prometheus"].timeout_s == 10.0


def test_half_a_surrogate_pair_can_be_told_in_an_answer():
    """JSON may write it, UTF-8 cannot: health failed as a whole. A whole pair stays what it is."""
    document = b'{"\\ud800": 1, "\\uD83D\\uDE00": 2, "loki": {"url": "\\udfff"}}'
    told = str(decode(document, {}).problems)
    assert "😀" in told
    assert told.encode()


def test_a_slip_in_one_source_leaves_the_others_usable():
    """A typing error in Loki's address does not take Prometheus away."""
    document = {"prometheus": {"url": "http://prom:9090"}, "loki": {"url": "loki"}}
    settings = decode(json.dumps(document).encode(), {})
    assert set(settings.sources) == {"prometheus"}


def test_a_source_through_grafana_uses_the_data_source_proxy_and_the_service_account():
    """By uid, with the pasted token; the address override wins over Grafana's own."""
    document = {"grafana": {"url": "http://grafana:3000"}, "prometheus": {"datasourceUid": "p1"}}
    settings = decode(
        json.dumps(document).encode(), {"grafanaToken": "glsa_x"}, grafana={"GF_APP_URL": "https://out/"}
    )
    source = settings.source("prometheus")
    assert source is not None
    assert source.url == "http://grafana:3000/api/datasources/proxy/uid/p1"
    assert source.token == "glsa_x"
    assert source.through_grafana


def test_a_source_through_grafana_without_a_token_says_what_is_missing():
    """The problem names the secret's key."""
    settings = decode(b'{"prometheus":{"datasourceUid":"p1"}}', {}, grafana={"GF_APP_URL": "http://g"})
    (problem,) = settings.problems
    assert "grafanaToken" in problem.problem


def test_the_ini_gives_defaults_that_the_form_overrides():
    """`GF_PLUGIN_PROMETHEUS_URL` serves until somebody saves another address."""
    environ = {"GF_PLUGIN_PROMETHEUS_URL": "http://ini:9090", "GF_PLUGIN_PROMETHEUS_TOKEN": "t"}
    from_ini = decode(b"", {}, environ).source("prometheus")
    from_form = decode(b'{"prometheus":{"url":"http://form:9090"}}', {}, environ).source("prometheus")
    assert from_ini is not None
    assert from_form is not None
    assert (from_ini.url, from_ini.token) == ("http://ini:9090", "t")
    assert from_form.url == "http://form:9090"


def test_secrets_stay_out_of_every_representation():
    """X15, R3.5: neither `repr` nor a problem shows a secret's value."""
    secure = {"prometheusToken": "tok-1", "databaseUrl": "mysql://u:pw-2@h/db", "prometheusPassword": "pw-3"}
    settings = decode(b'{"prometheus":{"url":"http://p:1"}}', secure)
    shown = repr(settings)
    assert "databaseUrl" in shown
    for secret in ("tok-1", "pw-2", "pw-3"):
        assert secret not in shown


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["prometheus", "loki", "url", "headers", "timeoutSeconds", "datasourceUid", "x"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_document_breaks_the_decoder(document):
    """Whatever is stored, decoding ends with settings and a list of problems."""
    settings = decode(json.dumps(document).encode(), {})
    assert all(problem.path and problem.problem for problem in settings.problems)


@given(st.binary(max_size=40))
def test_no_bytes_break_the_decoder(data):
    """Damaged bytes are one problem, not a crash."""
    decode(data, {})


def test_a_section_that_does_not_exist_is_told_with_those_that_do():
    """`promtheus` must not look like a source that is configured."""
    (problem,) = decode(b'{"promtheus": {"url": "http://prometheus:9090"}}', {}).problems
    assert problem.path == "jsonData.promtheus"
    assert "prometheus" in problem.problem

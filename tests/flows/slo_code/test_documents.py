"""Rows 51, 55-58: OpenSLO out and in is the identity; Sloth and Pyrra come in; losses are told."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.goals import (
    CALENDARS_OWN,
    SCALE,
    Calendar,
    CalendarUnit,
    Goal,
    Objective,
    Rolling,
)
from reliability_studio.domain.slo.indicators import (
    SLICED,
    Compare,
    GaugeIndicator,
    LatencyIndicator,
    LogsIndicator,
    MixedIndicator,
    NativeLatencyIndicator,
    Over,
    Part,
    ProbeIndicator,
    QueryIndicator,
    RatioIndicator,
    ShareIndicator,
    SpanKind,
    SpanNames,
    SpansIndicator,
    SpanUnit,
)
from reliability_studio.domain.slo.policy import AlertPolicy, BudgetStep, BurnRule, Severity
from reliability_studio.domain.slo.spec import (
    GroupBy,
    MissingData,
    Occurrences,
    RatioTimeslices,
    Slo,
    Timeslices,
)
from reliability_studio.errors import BadRequest, Invalid
from reliability_studio.flows.slo_code.documents import read_documents, write_openslo, write_rules
from reliability_studio.flows.slo_code.queries import selector_of
from reliability_studio.sources.promql import render
from reliability_studio.sources.promql_text import parse_selector
from tests.flows.slo_world import definition

BORN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = int(BORN.timestamp())


def slo(what, slo_id="s1"):
    return Slo(slo_id, 1, what, 1, 1, BORN, BORN)


BUCKETS = parse_selector('rt_bucket{job="api"}', "$")
WINDOWS = st.one_of(
    st.integers(1, 366).map(Rolling),
    st.builds(
        Calendar,
        st.sampled_from(CalendarUnit),
        st.sampled_from(["UTC", "Asia/Tokyo"]),
        st.sampled_from([CALENDARS_OWN, datetime(2025, 2, 14, 6)]),  # noqa: DTZ001 - by the zone's clock
    ),
)
BUDGETINGS = st.one_of(
    st.just(Occurrences()),
    st.builds(Timeslices, st.sampled_from([60, 300, 3600]), st.integers(1, SCALE).map(Objective)),
    st.builds(RatioTimeslices, st.sampled_from([60, 1800])),
)
INDICATORS = st.sampled_from(
    [
        definition().indicator,
        RatioIndicator(BUCKETS, parse_selector('other{a="x\\"}"}', "$"), Part.GOOD),
        LatencyIndicator(BUCKETS, Decimal("0.25")),
        LatencyIndicator(BUCKETS, Decimal(1)),
        NativeLatencyIndicator(parse_selector("rt_seconds", "$"), Decimal("0.2")),
        ProbeIndicator(parse_selector('up{job="api"}', "$")),
        GaugeIndicator(BUCKETS, Over.MAX, Compare.AT_MOST, Decimal("0.5")),
        ShareIndicator("a / b", Part.BAD),
        MixedIndicator("sum(increase(a[$window]))", '{app="api"} |= "x"', Part.GOOD),
        SpansIndicator(
            "shop", SpanNames.CONNECTOR, "GET /", SpanKind.SERVER, Decimal("0.3"), unit=SpanUnit.MILLISECONDS
        ),
        SpansIndicator("shop", SpanNames.TEMPO, kind=SpanKind.ANY),
        LogsIndicator('{app="api"} | json', '{app="api"} | json | status >= 500', Part.BAD),
        QueryIndicator("sum(increase(a[$window]))", "sum(increase(b[$window])) # all", Part.GOOD),
    ]
)
POLICIES = st.sampled_from(
    [
        AlertPolicy(),
        AlertPolicy(
            rules=(BurnRule("mine", Severity.PAGE, 10_800, 7200, Fraction(11, 10)),),
            off=frozenset({"no-data"}),
            severities={"budget-50": Severity.PAGE},
            spent_percent=(50, 100),
            sustain_s=60,
            no_data_s=600,
            exhausted_within_s=86_400,
            budget_policy=(BudgetStep(75, "freeze"),),
            annotations={"summary": "{{ service }} {{ labels.team }}"},
        ),
    ]
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(
    INDICATORS,
    st.integers(SCALE // 5, SCALE - 1).map(Objective),
    WINDOWS,
    BUDGETINGS,
    POLICIES,
    st.tuples(WORDS, WORDS),
    st.sampled_from([None, GroupBy(("route", "a"), 7)]),
)
def test_what_goes_out_as_openslo_comes_back_the_same(
    indicator, objective, window, budgeting, policy, words, group_by
):
    """Rows 55, 56: export and import are inverse, in all digits, for every kind and alert policy."""
    if isinstance(indicator, SLICED) and isinstance(budgeting, Occurrences):
        budgeting = RatioTimeslices(60)
    name, owner = words
    told_apart = not isinstance(indicator, MixedIndicator) and (
        isinstance(budgeting, Timeslices) or not isinstance(indicator, ShareIndicator)
    )
    what = replace(
        definition(),
        name=name,
        indicator=indicator,
        objective=objective,
        window=window,
        budgeting=budgeting,
        missing=MissingData.IGNORE if isinstance(budgeting, Occurrences) else MissingData.BAD,
        owner=owner,
        editors=("ann", "bob@example.org"),
        description=f"about {name}",
        labels={"team": owner},
        runbook_url="https://run.book/x",
        delay_s=120,
        alerts=policy,
        group_by=group_by if told_apart else None,
    )
    [draft] = read_documents(write_openslo([slo(what)]))
    assert draft.problems == ()
    assert draft.warnings == ()
    assert draft.definition == what


OPENSLO = """
apiVersion: openslo/v1
kind: Service
metadata: {name: foo}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: foo-errors}
spec:
  ratioMetric:
    counter: true
    bad:
      metricSource: {type: Prometheus, spec: {query: 'sum(rate(http_total{job="foo",code=~"5.."}[5m]))'}}
    total:
      metricSource: {type: Prometheus, spec: {query: 'http_total{job="foo"}'}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: foo-slo, displayName: Foo SLO}
spec:
  service: foo
  indicatorRef: foo-errors
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {displayName: strict, target: 0.99995}
    - {displayName: loose, targetPercent: 99}
"""


def test_openslo_with_a_shared_indicator_and_two_objectives():
    """Rows 25, 31: objectives that hold the same counts are one SLO; 0.99995 stays 99.995 %, 99 is 99 %."""
    [draft] = read_documents(OPENSLO)
    what = draft.definition
    assert (draft.name, what.name, what.objective.text) == ("Foo SLO", "Foo SLO", "99.995")
    assert what.further == (Goal(Objective.percent("99"), Rolling(28)),)
    assert what.window == Rolling(28)
    assert render(what.indicator.part) == 'http_total{code=~"5..",job="foo"}'


def test_openslo_objectives_that_count_something_else_are_slos_of_their_own():
    """Slices of another width are other counts, and so another SLO, named by its objective."""
    sliced = OPENSLO.replace("Occurrences", "Timeslices").replace(
        "strict, target: 0.99995", "strict, target: 0.99995, timeSliceTarget: 0.95, timeSliceWindow: 5m"
    )
    strict, loose = read_documents(
        sliced.replace("targetPercent: 99", "targetPercent: 99, timeSliceTarget: 0.9")
    )
    assert (strict.name, loose.name) == ("Foo SLO strict", "Foo SLO loose")
    assert (strict.definition.further, loose.definition.further) == ((), ())


def test_openslo_of_several_objectives_comes_back_the_same():
    """Row 25: those of the main window are objectives of the document, the others go into an annotation."""
    [draft] = read_documents(OPENSLO)
    week = Goal(Objective.percent("99.9"), Rolling(7))
    month = Goal(Objective.percent("99.99"), Calendar(CalendarUnit.MONTH, "Europe/Berlin"))
    what = replace(draft.definition, further=(week, *draft.definition.further, month))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    text = write_openslo([Slo("a", 1, what, 1, 1, now, now)])
    assert "targetPercent: 99.995" in text
    assert [each["targetPercent"] for each in yaml.safe_load(text)["spec"]["objectives"]] == [99.995, 99]
    [back] = read_documents(text)
    assert back.definition == what
    assert "reliability-studio/alerting" not in text
    [broken] = read_documents(text.replace('"days":7', '"days":0'))
    assert broken.definition is None
    assert "objectives" in broken.problems[0].path or "window" in broken.problems[0].path


@pytest.mark.parametrize(
    ("main", "further", "said"), [(True, (0, 2), "0,1,3"), (False, (1,), "2"), (False, (), "none")]
)
def test_row_25_objectives_that_alert_come_back_the_same(main, further, said):
    """By their numbers, of whatever window they are; without a word the main one alone."""
    [draft] = read_documents(OPENSLO)
    week = Goal(Objective.percent("99.9"), Rolling(7))
    goals = (week, *draft.definition.further, Goal(Objective.percent("95"), Rolling(90)))
    told = tuple(replace(goal, alerting=at in further) for at, goal in enumerate(goals))
    what = replace(draft.definition, alerting=main, further=told)
    text = write_openslo([slo(what)])
    assert yaml.safe_load(text)["metadata"]["annotations"]["reliability-studio/alerting"] == said
    [back] = read_documents(text)
    assert back.definition == what


@pytest.mark.parametrize("said", ["4", "-1", "all", "0 none"])
def test_row_25_a_number_that_no_objective_has_is_refused(said):
    """The path leads to the annotation."""
    named = "metadata: {name: foo-slo,"
    [draft] = read_documents(
        OPENSLO.replace(named, f"{named} annotations: {{reliability-studio/alerting: '{said}'}},")
    )
    assert draft.definition is None
    assert draft.problems[0].path.endswith(".annotations.reliability-studio/alerting")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("duration: 4w", "duration: 1m", "not a whole number of days"),
        ("duration: 4w", "duration: 1M", "has no fixed length"),
        ("target: 0.99995", "target: 1", "leaves no error budget"),
        ("target: 0.99995", "op: lt", "give either `target` or `targetPercent`"),
        ("indicatorRef: foo-errors", "indicatorRef: other", "there is no SLI named 'other'"),
        ("counter: true", "counter: false", "must be true"),
        ("type: Prometheus", "type: Datadog", "only Prometheus is read"),
        ("    bad:", "    raw:", "must be timeslices or ratio_timeslices"),
        ("  ratioMetric:", "  thresholdMetric: {metricSource: {}}\n  ratioMetric:", "must be given"),
        ("sum(rate(", "avg(rate(", "must be a selector"),
        ("budgetingMethod: Occurrences", "budgetingMethod: Guesses", "is not known"),
    ],
)
def test_what_openslo_can_say_and_we_cannot_is_refused_with_the_path(old, new, problem):
    """W14: a minute is no month; nothing is silently read as something else."""
    assert old in OPENSLO
    draft = read_documents(OPENSLO.replace(old, new))[0]
    assert draft.definition is None
    assert problem in draft.problems[0].problem
    assert draft.problems[0].path.startswith("$")


SLOTH = """
version: "prometheus/v1"
service: "myservice"
labels: {owner: "myteam", repo.name: "x"}
slos:
  - name: "requests-availability"
    objective: 99.9
    description: "Availability"
    sli:
      events:
        error_query: sum(rate(http_count{job="myservice",code=~"(5..|429)"}[{{.window}}]))
        total_query: sum(rate(http_count{job="myservice"}[{{.window}}]))
    alerting: {name: High}
  - name: raw
    objective: 99
    sli: {raw: {error_ratio_query: "avg_over_time(x[{{.window}}])"}}
"""


def test_sloth_comes_in_with_what_was_assumed():
    """Row 57: the window is Sloth's default, said as a warning; raw ratios have no counts, but slices."""
    good, raw = read_documents(SLOTH)
    assert good.definition.window == Rolling(30)
    assert good.definition.labels == {"owner": "myteam", "repo_name": "x"}
    assert render(good.definition.indicator.total) == 'http_count{job="myservice"}'
    assert {w.path for w in good.warnings} == {
        "$[0].slos[0]",
        "$[0].slos[0].alerting.name",
        "$[0].slos[0].labels.repo.name",
    }
    assert (raw.definition.indicator, raw.definition.budgeting) == (
        ShareIndicator("avg_over_time(x[$window])", Part.BAD),
        RatioTimeslices(300),
    )
    assert "$[0].slos[1].sli.raw" in {w.path for w in raw.warnings}
    assert good.definition.alerting
    assert good.definition.alerts == AlertPolicy()


@pytest.mark.parametrize(
    ("alerting", "off", "alerts"),
    [
        ("{page_alert: {disable: true}}", {"page-quick", "page-slow"}, True),
        ("{ticket_alert: {disable: true, labels: {a: b}}}", {"ticket-quick", "ticket-slow"}, True),
        ("{page_alert: {disable: true}, ticket_alert: {disable: true}}", set(), False),
        ("{page_alert: {disable: false}}", set(), True),
    ],
)
def test_row_57_what_is_disabled_in_sloth_wakes_nobody_here(alerting, off, alerts):
    """Of one severity its tiers; of both the objective alerts no more; the other names of Kubernetes too."""
    text = SLOTH.replace("{name: High}", alerting)
    kubernetes = "kind: PrometheusServiceLevel\nspec:" + text.replace('version: "prometheus/v1"', "").replace(
        "\n", "\n  "
    )
    for old, new in (("page_alert", "pageAlert"), ("ticket_alert", "ticketAlert"), ("_query", "Query")):
        kubernetes = kubernetes.replace(old, new)
    kubernetes = kubernetes.replace("error_ratioQuery", "errorRatioQuery")
    for written in (text, kubernetes):
        good, raw = read_documents(written)
        assert (good.definition.alerts.off, good.definition.alerting) == (off, alerts)
        assert raw.definition is not None


def test_a_plugin_of_sloth_is_refused():
    """It is a program, and nothing here runs it."""
    _, draft = read_documents(SLOTH.replace("raw: {error_ratio_query", "plugin: {id"))
    assert (draft.definition, draft.problems[0].path) == (None, "$[0].slos[1].sli.plugin")


PYRRA = """
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: api-latency, namespace: monitoring, labels: {role: alert-rules}}
spec:
  target: '99.0'
  window: 2w
  indicator:
    latency:
      success: {metric: 'rt_bucket{job="api",le="0.5"}'}
      total: {metric: 'rt_count{job="api"}'}
"""


def test_pyrra_comes_in_ratio_and_latency():
    """Row 57: the bound becomes the threshold."""
    [latency] = read_documents(PYRRA)
    assert latency.definition.indicator == LatencyIndicator(BUCKETS, Decimal("0.5"))
    assert (latency.definition.window, latency.definition.service) == (Rolling(14), "monitoring")
    ratio = PYRRA.replace("latency:\n", "ratio:\n", 1).replace("success:", "grouping: [job]\n      errors:")
    [draft] = read_documents(ratio)
    assert draft.definition.indicator.part_is is Part.BAD
    assert (draft.definition.group_by, draft.warnings) == (GroupBy(("job",)), ())
    [other] = read_documents(PYRRA.replace("latency:\n", "histogram:\n"))
    assert other.definition is None
    assert "must have one of ratio, latency, latencyNative, bool_gauge" in other.problems[0].problem


@pytest.mark.parametrize(("text", "seconds"), [("250ms", "0.250"), ("1.5s", "1.5"), ("2m", "120")])
def test_row_57_native_histograms_and_probes_of_pyrra_come_in(text, seconds):
    """Any threshold of a native histogram; a gauge that is 0 or 1."""
    before = PYRRA[: PYRRA.index("    latency:")]
    native = f"    latencyNative: {{latency: {text}, total: {{metric: 'rt{{job=\"api\"}}'}}}}"
    [draft] = read_documents(before + native)
    found = draft.definition.indicator
    assert found == NativeLatencyIndicator(parse_selector('rt{job="api"}', "$"), Decimal(seconds))
    probe = "    bool_gauge: {metric: 'up{job=\"api\"}', grouping: [instance]}"
    [draft] = read_documents(before + probe)
    assert draft.definition.indicator == ProbeIndicator(parse_selector('up{job="api"}', "$"))
    assert draft.definition.group_by == GroupBy(("instance",))
    [draft] = read_documents(before + native.replace(text, "soon"))
    assert (draft.definition, draft.problems[0].path.split(".")[-1]) == (None, "latency")


@pytest.mark.parametrize("alerting", ["{disabled: true}", "{burnrates: false}"])
def test_row_57_what_is_disabled_in_pyrra_wakes_nobody_here(alerting):
    """The objective is shown and alerts nobody."""
    [draft] = read_documents(PYRRA + f"  alerting: {alerting}")
    assert draft.definition.alerting is False
    assert draft.warnings == ()
    [named] = read_documents(PYRRA + "  alerting: {name: High}")
    assert (named.definition.alerting, named.warnings[0].path) == (True, "$[0].spec.alerting.name")


@pytest.mark.parametrize(
    ("query", "selector"),
    [
        ("x", "x"),
        ('sum(increase(x{a="1"}[{{ .window }}]))', 'x{a="1"}'),
        ("(sum((rate(x[$__rate_interval]))))", "x"),
    ],
)
def test_queries_that_count_events_of_one_selection_are_read(query, selector):
    """Bare, or under rate, increase and a plain sum."""
    assert render(selector_of(query, "$")) == selector


@pytest.mark.parametrize(
    "query",
    [
        "sum by (a) (rate(x[5m]))",
        "rate(x[5m]) - rate(y[5m])",
        "x offset 5m",
        "count(x)",
        "1",
        "sum(",
        "avg(x)",
    ],
)
def test_other_queries_are_refused(query):
    """W8, W17: they would count something else."""
    with pytest.raises(Invalid):
        selector_of(query, "$")


def test_two_of_one_name_in_one_text_are_a_mistake():
    """Row 58."""
    first, second = read_documents(f"{PYRRA}\n---\n{PYRRA}")
    assert first.definition is not None
    assert "already" in second.problems[0].problem


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\x00"])
def test_what_is_no_yaml_says_where(text):
    """400, with the parser's words."""
    with pytest.raises(BadRequest, match="no YAML"):
        read_documents(text)


def test_odd_documents_are_refused_one_by_one_and_odd_texts_as_a_whole():
    """Bounds, kinds, shapes."""
    [draft] = read_documents("kind: Pod")
    assert "is no specification of SLOs" in draft.problems[0].problem
    for text in ("- 1", "'x'", "", "---\n"):
        with pytest.raises(Invalid):
            read_documents(text)


def test_rules_name_everything_and_leave_out_what_they_cannot_say():
    """Row 51: ratios per window, one alert per severity, factors of the window."""
    slices = replace(definition("slices"), budgeting=Timeslices(60, Objective.percent("99")))
    text = write_rules([slo(replace(definition(), window=Rolling(30))), slo(slices, "s2")], NOW)
    assert text.startswith("# left out: api/slices: rules count events, not time slices\n")
    [group] = yaml.safe_load(text)["groups"]
    records = [rule["record"] for rule in group["rules"] if "record" in rule]
    assert records == [f"slo:sli_error:ratio_rate{w}" for w in ("5m", "30m", "1h", "2h", "6h", "1d", "3d")]
    page, ticket = (rule for rule in group["rules"] if "alert" in rule)
    assert (page["labels"]["severity"], ticket["labels"]["severity"]) == ("critical", "warning")
    assert '(slo:sli_error:ratio_rate1h{sloth_id="s1"}) > 0.0144000000144)' in page["expr"]


def test_names_on_export_are_unique_and_plain():
    """Kubernetes would take them."""
    text = write_openslo([slo(definition("A b"), "one"), slo(definition("a-B"), "two")])
    names = [d["metadata"]["name"] for d in yaml.safe_load_all(text)]
    assert names == ["api-a-b", "api-a-b-two"]


LOKI = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: logs}
spec:
  service: api
  budgetingMethod: Occurrences
  timeWindow: [{duration: 30d, isRolling: true}]
  objectives: [{target: 0.99}]
  indicator:
    spec:
      ratioMetric:
        counter: false
        bad: {metricSource: {type: Loki, spec: {query: 'sum(count_over_time({app="api"} |= "error" [5m]))'}}}
        total: {metricSource: {type: Loki, spec: {logql: '{app="api"}'}}}
"""


def test_row_10_counts_of_loki_come_in_and_only_counts():
    """A sum of counts is the lines that it counts; values taken out of lines are no counts."""
    [draft] = read_documents(LOKI)
    assert draft.definition.indicator == LogsIndicator('{app="api"}', '{app="api"} |= "error"', Part.BAD)
    for wrong in ('sum(sum_over_time({app="api"} | unwrap b [5m]))', '{app="api"}) or vector(1'):
        [draft] = read_documents(LOKI.replace('{app="api"}\'}', wrong + "'}"))
        assert draft.problems[0].path.endswith("total.metricSource.spec.logql")


def test_row_16_a_ratio_of_two_sources_comes_in():
    """The bad ones of Loki's lines, all of Prometheus' counters; the other way round is refused."""
    total = "total: {metricSource: {type: Loki, spec: {logql: '{app=\"api\"}'}}}"
    metrics = "total: {metricSource: {spec: {query: 'sum(rate(hits_total{job=\"a\"}[5m]))'}}}"
    assert total in LOKI
    [draft] = read_documents(LOKI.replace(total, metrics))
    assert draft.definition.indicator == MixedIndicator(
        'sum(increase(hits_total{job="a"}[$window]))', '{app="api"} |= "error"', Part.BAD
    )
    [back] = read_documents(write_openslo([slo(draft.definition)]))
    assert back.definition.indicator == draft.definition.indicator
    assert "rules: Prometheus cannot count log lines" not in write_openslo([slo(draft.definition)])
    assert "Prometheus cannot count log lines" in write_rules([slo(draft.definition)], NOW)
    [draft] = read_documents(LOKI.replace("bad: {metricSource: {type: Loki", "bad: {metricSource: {type: X"))
    assert draft.definition is None


def test_row_10_an_annotation_is_read_like_everything_else():
    """No text of an imported file gets into a query that the grammar has not read."""
    out = write_openslo([slo(definition(indicator=LogsIndicator('{app="api"}', '{app="api"}', Part.BAD)))])
    assert read_documents(out)[0].definition is not None
    forged = yaml.safe_load(out)
    forged["metadata"]["annotations"]["reliability-studio/indicator"] = (
        '{"type":"logs","total":"{app=\\"a\\"}) or vector(1","part":"{app=\\"a\\"}","part_is":"bad"}'
    )
    [draft] = read_documents(yaml.safe_dump(forged))
    assert draft.definition is None
    assert "expected a stage" in draft.problems[0].problem


def test_row_11_rules_of_spans_count_their_metrics():
    """What is exported for Prometheus asks for the counters that the spans became."""
    text = write_rules([slo(definition(indicator=SpansIndicator("shop", SpanNames.TEMPO)))], NOW)
    assert (
        'traces_spanmetrics_calls_total{service="shop",span_kind="SPAN_KIND_SERVER",status_code="STATUS'
        in text
    )
    lines = LogsIndicator('{app="api"}', '{app="api"}', Part.BAD)
    assert "Prometheus cannot count log lines" in write_rules([slo(definition(indicator=lines))], NOW)

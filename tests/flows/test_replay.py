"""A recorded incident is read leniently, refused clearly, and investigated by the same engine."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from reliability_studio.domain.correlation.telemetry import Question
from reliability_studio.errors import Invalid, NotFound
from reliability_studio.flows import recording
from reliability_studio.flows.replay import main, replay, replay_folder
from tests.support.world import shop

WORLD = shop.system(107, size=9)
FAULT = next(each for each in shop.FAULTS if each.name == "bad config")
CASE = shop.case(WORLD, FAULT, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole recording."""
    telemetry = CASE.telemetry
    telemetry.metrics.select("ts", "service", "name", "kind", "value").write_parquet(
        tmp_path / "metrics.parquet"
    )
    telemetry.edges.write_parquet(tmp_path / "edges.parquet")
    telemetry.spans.write_parquet(tmp_path / "spans.parquet")
    telemetry.logs.write_parquet(tmp_path / "logs.parquet")
    write(
        tmp_path,
        "changes.json",
        [
            {"ts": each.at.isoformat(), "service": each.service, "kind": each.kind, "summary": each.summary}
            for each in telemetry.changes
        ],
    )
    write(
        tmp_path,
        "kubernetes_events.json",
        [
            {
                "ts": each.at.timestamp(),
                "object": f"{each.service}-7d4f9-x2k",
                "reason": each.reason,
                "type": each.type,
            }
            for each in telemetry.events
        ],
    )
    write(
        tmp_path,
        "incident.json",
        {
            "start": CASE.question.start.isoformat(),
            "end": CASE.question.at.isoformat(),
            "service": CASE.question.service,
        },
    )
    return tmp_path


def write(folder: Path, name: str, content: object) -> None:
    (folder / name).write_text(json.dumps(content))


class TestCommand:
    def test_json_has_all_services_ranked_with_evidence(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main([str(folder), "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert {"onset", "causes", "none", "ruled_out", "timings"} <= set(answer)
        assert answer["causes"][0]["service"] == CASE.service
        assert {"service", "kind", "confidence", "log_odds", "evidence"} <= set(answer["causes"][0])
        assert {each["service"] for each in answer["causes"]} >= set(WORLD.names)
        assert answer["sources"]["metrics"] == "used"

    def test_text_says_the_verdict_first(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([str(folder)]) == 0
        first = capsys.readouterr().out.splitlines()[0]
        assert CASE.service in first

    def test_at_cuts_off_what_came_later(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        early = (CASE.question.start + timedelta(minutes=1)).isoformat()
        assert main([str(folder), "--at", early, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert answer["window"]["end"] <= (CASE.question.start + timedelta(minutes=1, seconds=1)).isoformat()

    def test_at_before_the_start_is_refused(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([str(folder), "--at", "2020-01-01"]) == 1
        assert "must be after the incident's start" in capsys.readouterr().err

    @pytest.mark.parametrize("arguments", [[], ["x", "--at", "yesterday"], ["x", "--nonsense"]])
    def test_wrong_usage_is_status_2(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(arguments) == 2
        assert "usage: reliability-studio replay" in capsys.readouterr().err

    def test_help_is_status_0(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--help"]) == 0
        assert "FOLDER" in capsys.readouterr().out.upper()

    def test_a_missing_folder_is_status_1(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([str(tmp_path / "nowhere")]) == 1
        assert "no such folder" in capsys.readouterr().err


class TestReading:
    def test_frames_and_folder_give_the_same_verdict(self, folder: Path) -> None:
        recorded = recording.read(folder)
        assert replay(recorded.telemetry, recorded.question).verdict == replay_folder(folder).verdict
        assert len(recorded.read) == 7

    @pytest.mark.parametrize(
        "missing",
        [
            "edges.parquet",
            "spans.parquet",
            "logs.parquet",
            "changes.json",
            "kubernetes_events.json",
            "metrics.parquet",
        ],
    )
    def test_every_file_but_one_of_metrics_or_spans_is_optional(self, folder: Path, missing: str) -> None:
        (folder / missing).unlink()
        assert replay_folder(folder).verdict.causes

    def test_a_change_may_say_how_its_pods_did_beside_the_old_ones(self, folder: Path) -> None:
        items = [
            {"ts": 1767225600, "service": "a", "kind": "rollout", "worse_beside": worse}
            for worse in (True, "no")
        ]
        write(folder, "changes.json", items)
        assert [each.worse_beside for each in recording.read(folder).telemetry.changes] == [True, False]

    def test_events_are_assigned_by_the_name_of_their_object(self, folder: Path) -> None:
        events = recording.read(folder).telemetry.events
        assert [each.service for each in events] == [each.service for each in CASE.telemetry.events]

    @pytest.mark.parametrize(
        ("subject", "service"),
        [("pod/cart-7d-x", "cart"), ("cart-db-0", "cart-db"), ("cart", "cart"), ("cartoon-1", "")],
    )
    def test_an_object_belongs_to_the_longest_name_that_begins_it(self, subject: str, service: str) -> None:
        assert recording.owner(subject, ("cart", "cart-db")) == service

    @pytest.mark.parametrize("factor", [1e-3, 1e3, 1e6])
    def test_seconds_micro_and_nanoseconds_are_recognised(self, folder: Path, factor: float) -> None:
        expected = replay_folder(folder).verdict.causes[0].service
        path = folder / "metrics.parquet"
        whole = pl.read_parquet(path)
        scaled = pl.col("ts") // 1000 if factor < 1 else pl.col("ts") * int(factor)
        whole.with_columns(ts=scaled).write_parquet(path)
        assert replay_folder(folder).verdict.causes[0].service == expected

    def test_times_may_be_datetimes_and_labels_structs(self, folder: Path) -> None:
        path = folder / "metrics.parquet"
        pl.read_parquet(path).with_columns(
            ts=pl.from_epoch("ts", "ms"), labels=pl.struct(route=pl.lit("/"))
        ).write_parquet(path)
        verdict = replay_folder(folder).verdict
        assert verdict.causes[0].service == CASE.service
        assert any('{route="/"}' in each.query for each in verdict.findings)

    @pytest.mark.parametrize(
        ("values", "failed"),
        [
            ([True, False], [True, False]),
            (["ERROR", "Ok"], [True, False]),
            (["STATUS_CODE_ERROR", "STATUS_CODE_UNSET"], [True, False]),
            ([503, 200], [True, False]),
            (["500", "404"], [True, False]),
            ([2, 0], [True, False]),
            ([14.0, 1.0], [True, False]),
        ],
    )
    def test_failed_spans_are_told_by_flag_word_or_code(
        self, folder: Path, values: list[object], failed: list[bool]
    ) -> None:
        base = int(CASE.question.start.timestamp() * 1000)
        pl.DataFrame(
            {
                "start_time": [base, base],
                "service_name": ["a", "a"],
                "traceId": ["1", "2"],
                "spanId": ["1", "2"],
                "duration_us": [1500, 10],
                "status": values,
            }
        ).write_parquet(folder / "spans.parquet")
        spans = recording.read(folder).telemetry.spans
        assert spans["error"].to_list() == failed
        assert spans["duration_ms"].to_list() == [1.5, 0.01]

    def test_the_end_defaults_to_the_last_sample(self, folder: Path) -> None:
        write(folder, "incident.json", {"start": CASE.question.start.timestamp()})
        question = recording.read(folder).question
        assert isinstance(question, Question)
        assert question.service == ""
        assert question.at > CASE.question.start


class TestRefusals:
    def test_neither_metrics_nor_spans_is_refused(self, folder: Path) -> None:
        (folder / "metrics.parquet").unlink()
        (folder / "spans.parquet").unlink()
        with pytest.raises(NotFound, match=r"needs metrics\.parquet or spans\.parquet"):
            recording.read(folder)

    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            ("incident.json", "{", "is not JSON"),
            ("incident.json", "[]", "must be an object"),
            ("incident.json", "{}", "incident.json: start"),
            ("incident.json", '{"start": "noon"}', "is no moment"),
            ("incident.json", '{"start": 1767225600, "end": 1767225500}', "must be after the start"),
            ("changes.json", '{"a": 1}', "must be a list of objects"),
            ("changes.json", '[{"service": "a"}]', r"changes\.json\[0\]: ts"),
            ("metrics.parquet", "no parquet", "cannot be read"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, folder: Path, name: str, text: str, message: str) -> None:
        (folder / name).write_text(text)
        with pytest.raises(Invalid, match=message):
            recording.read(folder)

    def test_a_missing_incident_is_refused(self, folder: Path) -> None:
        (folder / "incident.json").unlink()
        with pytest.raises(NotFound, match=r"incident\.json"):
            recording.read(folder)

    @pytest.mark.parametrize(
        ("name", "column"),
        [
            ("metrics", "value"),
            ("logs", "message"),
            ("edges", "callee"),
            ("spans", "trace_id"),
            ("spans", "duration_ms"),
        ],
    )
    def test_a_missing_column_is_named(self, folder: Path, name: str, column: str) -> None:
        path = folder / f"{name}.parquet"
        pl.read_parquet(path).drop(column).write_parquet(path)
        with pytest.raises(Invalid, match=f"{name}.parquet.*{column}"):
            recording.read(folder)


@pytest.mark.parametrize(
    "text",
    ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "1767323045", "1767323045000", "1767323045000000000"],
)
def test_a_moment_may_be_iso_or_an_epoch_number(text: str) -> None:
    assert recording.moment(text) == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

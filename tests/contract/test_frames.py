"""Grafana's own decoder, and the reader behind its alert rules, find in our frames what we put in."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grafana_host import arrow_reader
from reliability_studio.frames import live
from reliability_studio.frames.check import CheckedFrame
from reliability_studio.frames.frame import Frame
from tests.contract.gohost import GoHost
from tests.contract.goldens import Reading, committed_readings, digests, forms, official_readings
from tests.frames.drawn import frames
from tests.frames.goldens import Golden, goldens

FORMS = forms()
GOLDENS = {golden.name: golden for golden in goldens()}
FOR_ALERTS = {
    name
    for name, form in FORMS.items()
    if form.golden.frame.frame.meta.type is not None
    and form.golden.frame.frame.meta.type.value.startswith(("timeseries-", "numeric-"))
}


def as_message(expected: Reading) -> Reading:
    """What the JSON form can hold of a frame: a cell `null` is no value there, and outer spaces are lost."""
    for field in expected["fields"]:
        if field["type"].endswith("json.RawMessage"):
            texts = [None if cell is None else cell.strip() for cell in field["values"]]
            field["values"] = [None if text == "null" else text for text in texts]
    return expected


@pytest.fixture(scope="module")
def official(go_host: GoHost) -> dict[str, Reading]:
    return official_readings(go_host)


@pytest.mark.contract
@pytest.mark.integration
@pytest.mark.timeout(720)
class TestOfficialDecoder:
    def test_finds_in_every_golden_frame_what_was_put_in(self, official: dict[str, Reading]) -> None:
        """G1-G9: names, types, nulls, labels, config, metadata and every value."""
        found = {name: reading["frame"] for name, reading in official.items()}
        assert found == {name: form.golden.expected for name, form in FORMS.items()}

    def test_alert_rules_and_expressions_can_read_every_frame_that_declares_a_kind_for_them(
        self, official: dict[str, Reading]
    ) -> None:
        readable = {name for name, reading in official.items() if reading["dataplane"]["readable"]}
        assert readable == FOR_ALERTS
        assert {name: error for name in readable if (error := official[name]["dataplane"].get("error"))} == {}

    def test_the_committed_readings_are_what_it_says_today(self, official: dict[str, Reading]) -> None:
        """If this fails after a wanted change: `python -m tests.contract.goldens --update`."""
        assert committed_readings() == official

    @given(st.lists(frames(), min_size=1, max_size=10))
    def test_finds_in_any_frame_that_the_builder_accepts_what_was_put_in(
        self, go_host: GoHost, drawn: list[tuple[Frame, list[list[Any]]]]
    ) -> None:
        """G1-G9 for frames that nobody thought of; both forms."""
        made = [Golden(f"{at:02}", CheckedFrame(frame)) for at, (frame, _) in enumerate(drawn)]
        with tempfile.TemporaryDirectory() as folder:
            for golden in made:
                (Path(folder) / f"{golden.name}.arrow").write_bytes(golden.arrow)
                message = live.whole(golden.frame, golden.ref_id)
                (Path(folder) / f"{golden.name}.live.json").write_bytes(message)
            found = {each["name"]: each["frame"] for each in go_host.decode(Path(folder))}
        assert {golden.name: found[golden.name] for golden in made} == {
            golden.name: golden.expected for golden in made
        }
        assert {golden.name: found[f"{golden.name}.live"] for golden in made} == {
            golden.name: as_message(golden.expected) for golden in made
        }

    def test_refuses_what_is_no_frame(self, go_host: GoHost, tmp_path: Path) -> None:
        (tmp_path / "broken.arrow").write_bytes(b"ARROW1\x00\x00 and then nothing")
        (reading,) = go_host.decode(tmp_path)
        assert reading["frame"] is None
        assert "could not decode footer" in reading["error"] or "invalid" in reading["error"]


class TestCommittedReadings:
    """The same, without Go: the bytes are those that were read, so the reading holds for them."""

    def test_were_taken_from_the_bytes_that_we_send_now(self) -> None:
        """If this fails after a wanted change: `python -m tests.contract.goldens --update`."""
        assert {name: reading["sha256"] for name, reading in committed_readings().items()} == digests()

    @pytest.mark.parametrize("name", sorted(FORMS))
    def test_say_what_was_put_in(self, name: str) -> None:
        assert committed_readings()[name]["frame"] == FORMS[name].golden.expected

    @pytest.mark.parametrize("name", sorted(GOLDENS))
    def test_agree_with_our_own_strict_reader(self, name: str) -> None:
        reading = committed_readings()[name]["frame"]
        ours = arrow_reader.read(GOLDENS[name].arrow)
        assert (ours.name, ours.ref_id) == (reading["name"], reading["refId"])
        assert [(f.name, f.type, f.labels) for f in ours.fields] == [
            (f["name"], f["type"], f["labels"]) for f in reading["fields"]
        ]
        assert [len(f.values) for f in ours.fields] == [len(f["values"]) for f in reading["fields"]]

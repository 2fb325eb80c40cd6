"""Lines become patterns (C6, K2, K8), patterns are compared (T3), known lines have a meaning (K4-K7)."""

import random
import uuid

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation.logs import drain, known, lines, masks, shift
from reliability_studio.domain.correlation.logs.known import Meaning

MINUTE = 60_000


def logs(*rows: tuple[int, str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row, None) for row in rows],
        schema={"ts": pl.Int64, "service": pl.String, "message": pl.String, "level": pl.String},
        orient="row",
    )


def one(message: str, label: str | None = None) -> tuple[str, str]:
    """Level and text of one line."""
    frame = pl.DataFrame({"message": [message], "level": pl.Series([label], dtype=pl.String)})
    row = lines.parsed(frame).row(0, named=True)
    return row["level"], row["text"]


class TestPatterns:
    def test_c6_fifty_lines_that_differ_in_ids_only_are_one_pattern_of_fifty(self) -> None:
        rng = random.Random(3)  # noqa: S311 - made-up ids
        found = shift.patterns(
            logs(
                *[
                    (
                        at,
                        "cart",
                        (
                            f"ERROR order {uuid.UUID(int=rng.getrandbits(128))} of {rng.randrange(10**6)} "
                            f"failed at 10.0.{rng.randrange(255)}.{rng.randrange(255)}:{rng.randrange(9999)}"
                        ),
                    )
                    for at in range(50)
                ]
            )
        )
        (pattern,) = shift.compare(found, onset=0, end=50, start=-MINUTE)
        assert (pattern.count, pattern.level) == (50, "error")

    def test_words_that_vary_become_wildcards(self) -> None:
        found = drain.clustered(["user alice logged in now", "user bob logged in now"])
        assert set(found.values()) == {"user <*> logged in now"}

    def test_lines_of_different_length_or_beginning_stay_apart(self) -> None:
        assert len(set(drain.clustered(["a b c", "a b", "x y c"]).values())) == 3

    def test_random_text_cannot_grow_the_tree_without_bound(self) -> None:
        found = drain.clustered(f"{chr(97 + at % 26)}{at} " * (1 + at % 90) for at in range(6000))
        assert len(set(found.values())) <= drain.MOST_GROUPS + 1

    def test_equal_input_in_another_order_gives_equal_patterns(self) -> None:
        rows = [(at, "s", f"WARN disk {at} at {at % 7} percent of {'abc'[at % 3]}") for at in range(200)]
        other = rows[:]
        random.Random(1).shuffle(other)  # noqa: S311 - any order will do
        mine, theirs = (shift.compare(shift.patterns(logs(*each)), 100, 200, 0) for each in (rows, other))
        assert mine == theirs

    def test_no_lines_are_no_patterns(self) -> None:
        assert shift.compare(shift.patterns(logs()), 0, 1, 0) == ()

    @given(st.lists(st.text(max_size=200), max_size=20))
    def test_any_text_is_clustered_and_none_is_lost(self, texts: list[str]) -> None:
        found = shift.patterns(logs(*[(at, "s", text) for at, text in enumerate(texts)]))
        assert found.height == len(texts)
        assert found["template"].null_count() == 0
        assert sum(each.count for each in shift.compare(found, 10, 20, 0)) == len(texts)


class TestMasks:
    @pytest.mark.parametrize(
        ("text", "masked"),
        [
            ("at 2026-01-02T03:04:05.678Z done", "at <time> done"),
            ("took 12.5ms of 3s", "took <n> of <n>"),
            ("from 10.1.2.3:8080", "from <ip>"),
            ("id 3fa85f64-5717-4562-b3fc-2c963f66afa6", "id <id>"),
            ("commit 9fceb02d0ae598e9", "commit <id>"),
            ("pointer 0xdeadbeef", "pointer <hex>"),
            ("mail a.b@example.org", "mail <mail>"),
            ("pod checkout is fine", "pod checkout is fine"),
        ],
    )
    def test_what_varies_is_masked(self, text: str, masked: str) -> None:
        assert pl.select(masks.masked(pl.lit(text))).item() == masked


class TestLevels:
    @pytest.mark.parametrize(
        ("line", "label", "level", "text"),
        [
            ('{"level":"error","msg":"it broke"}', "info", "error", "it broke"),
            ('{"time":"x","severity":"WARNING","message":"a \\"b\\""}', None, "warning", 'a "b"'),
            ('{"level":50,"msg":"pino"}', None, "error", "pino"),
            ('ts=1 level=warn msg="slow query" took=3', None, "warning", "slow query"),
            ("level=info msg=started", None, "info", "started"),
            ("2026-01-02 03:04:05,1 [main] ERROR c.e.Shop - no", "info", "error", None),
            ("E0102 03:04:05.6 1 main.go:1] no", None, "error", None),
            ("ERROR no", None, "error", "no"),
            ("[FATAL] no", None, "critical", "no"),
            ("nothing said", "warn", "warning", None),
            ("nothing said", None, "unknown", None),
            ("no errors found", "info", "info", None),
            ('{"level":"error","msg":"cut o', None, "unknown", None),
        ],
    )
    def test_k8_the_level_in_the_line_wins_over_the_label(
        self, line: str, label: str | None, level: str, text: str | None
    ) -> None:
        assert one(line, label) == (level, text or line)


class TestKnown:
    @pytest.mark.parametrize(
        ("text", "level", "meaning"),
        [
            ("dial tcp 10.0.0.1:80: connection refused", "unknown", Meaning.CONNECTION),  # K4
            ("request timeout after 30s", "unknown", Meaning.TIMEOUT),  # K5
            ("java.lang.OutOfMemoryError: Out of memory", "unknown", Meaning.MEMORY),  # K6
            ("container was OOMKilled", "unknown", Meaning.MEMORY),  # K6
            ("cannot reach database orders", "unknown", Meaning.DATABASE),  # K7
            ("database deadlock", "error", Meaning.DATABASE),  # K7
            ("database ok", "info", None),  # K7
            ("database error", "debug", None),
            ("lookup db: no such host", "error", Meaning.NAME),
            ("x509: certificate has expired", "error", Meaning.CERTIFICATE),
            ("write /data: no space left on device", "error", Meaning.DISK),
            ("timeout acquiring connection from pool", "error", Meaning.POOL),
            ("upstream answered 503", "error", Meaning.UPSTREAM),
            ("NullPointerException at x", "error", Meaning.EXCEPTION),
            ("hello", "error", None),
        ],
    )
    def test_k4_to_k7_common_lines_have_a_meaning(
        self, text: str, level: str, meaning: Meaning | None
    ) -> None:
        assert known.meaning(text, level) is meaning

    @pytest.mark.parametrize("word", ["pool ", "certificate ", "ssl", "failed to acquir ", "dns.", " "])
    def test_a_line_of_any_length_and_words_holds_up_nobody(self, word: str) -> None:
        """Each of these words would be read against the rest of the line."""
        assert known.meaning(word * (300_000 // len(word)), "error") in {None, Meaning.NAME}
        assert known.meaning(f"pool {'x' * 100} exhausted", "error") is Meaning.POOL


class TestShift:
    def quiet_then(self, burst: int, level: str = "ERROR") -> pl.DataFrame:
        calm = [(at * MINUTE + k, "s", f"INFO fine {k}") for at in range(60) for k in range(3)]
        now = [(60 * MINUTE + k * 100, "s", f"{level} broke {k}") for k in range(burst)]
        return shift.patterns(logs(*calm, *now))

    def test_t3_ten_times_the_volume_is_a_shift_with_both_rates(self) -> None:
        rows = [(at * MINUTE, "s", "ERROR broke") for at in range(60)]
        rows += [(60 * MINUTE + at * 6000, "s", "ERROR broke") for at in range(100)]
        (found,) = shift.compare(shift.patterns(logs(*rows)), 60 * MINUTE, 70 * MINUTE, 0)
        assert found.before_rate == pytest.approx(1)
        assert found.now_rate == pytest.approx(10)
        assert found.strength > 2
        assert not found.novel

    def test_a_new_error_line_is_novel_even_just_after_a_deployment(self) -> None:
        found = shift.compare(self.quiet_then(5), 60 * MINUTE, 70 * MINUTE, 0, deployed=lambda _: True)
        assert [(each.novel, each.template) for each in found if each.strength > 2] == [(True, "broke <n>")]

    def test_a_new_harmless_line_just_after_a_deployment_is_not(self) -> None:
        frame = self.quiet_then(5, "INFO")
        (mine,) = [
            each
            for each in shift.compare(frame, 60 * MINUTE, 70 * MINUTE, 0, deployed=lambda _: True)
            if "broke" in each.template
        ]
        assert not mine.novel

    def test_nothing_is_new_without_enough_earlier_lines(self) -> None:
        rows = [(60 * MINUTE + k, "s", "ERROR broke") for k in range(9)]
        (found,) = shift.compare(shift.patterns(logs(*rows)), 60 * MINUTE, 70 * MINUTE, 0)
        assert not found.novel

    @given(st.integers(0, 500), st.integers(0, 500), st.floats(1, 100), st.floats(1, 100))
    def test_the_sign_says_which_rate_is_higher(self, a: int, b: int, before: float, now: float) -> None:
        root = shift.signed_root(a, b, before, now)
        assert root * ((b + 0.5) / now - (a + 0.5) / before) >= -1e-9

    def test_more_lines_of_one_pattern_never_weaken_it(self) -> None:
        strengths = []
        for burst in (3, 5, 10, 30, 100):
            found = shift.compare(self.quiet_then(burst), 60 * MINUTE, 70 * MINUTE, 0)
            strengths.append(max(each.strength for each in found))
        assert strengths == sorted(strengths)

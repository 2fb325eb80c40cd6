"""X12: from where a call came, as proxies reported it: addresses only, and nothing is opened by them."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.observability.origin import MOST, came_from, reported, reported_address


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, ""),
        ({"x-forwarded-for": "203.0.113.7"}, "203.0.113.7"),
        ({"x-forwarded-for": " 203.0.113.7 ,10.0.0.3"}, "203.0.113.7, 10.0.0.3"),
        ({"x-forwarded-for": "203.0.113.7:4711, [2001:DB8:0::1]:80"}, "203.0.113.7, 2001:db8::1"),
        ({"x-forwarded-for": "::ffff:203.0.113.7"}, "203.0.113.7"),
        ({"x-forwarded-for": "unknown, 10.0.0.3"}, "10.0.0.3"),
        ({"x-forwarded-for": "198.51.100.1, <script>, 10.0.0.3"}, "10.0.0.3"),
        ({"x-forwarded-for": "10.0.0.3, 999.0.0.1"}, ""),
        ({"x-forwarded-for": "fe80::1%eth0"}, ""),
        ({"x-real-ip": "203.0.113.7"}, "203.0.113.7"),
        ({"x-real-ip": "198.51.100.1", "x-forwarded-for": "203.0.113.7"}, "203.0.113.7"),
    ],
)
def test_x12_what_was_reported_is_read_from_our_end(headers: dict[str, str], expected: str) -> None:
    """The last address is the nearest; what stands before something that is none is not believed."""
    assert reported(headers) == expected


def test_x12_a_long_chain_keeps_the_nearest() -> None:
    """However much a caller writes."""
    chain = [f"10.0.{number // 256}.{number % 256}" for number in range(10_000)]
    assert reported({"x-forwarded-for": ", ".join(chain)}) == ", ".join(chain[-MOST:])


@given(st.text(alphabet=st.sampled_from("0123456789abcdef.:,[]% -_<'=\n\x00"), max_size=200) | st.text())
def test_x12_whatever_a_header_says_only_addresses_come_out(text: str) -> None:
    """In one spelling each, so that the same address is the same text."""
    found = reported({"x-forwarded-for": text, "x-real-ip": text})
    parts = found.split(", ") if found else []
    assert len(parts) <= MOST
    assert all(str(ipaddress.ip_address(part)) == part for part in parts)
    assert reported({"x-forwarded-for": found}) == found


def test_x12_it_is_known_inside_of_the_call_only() -> None:
    """What the plugin does by itself came from nowhere."""
    with came_from("203.0.113.7"):
        assert reported_address() == "203.0.113.7"
    assert reported_address() == ""

"""Links into Explore (incident-features 124)."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from reliability_studio.api.explore import explore

START, END = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize("query", ["up", '{ a = "b" && status = error }', 'x{y="1#2"} + 3 % 4'])
def test_the_query_stays_whole_in_a_link_of_grafana_which_decodes_its_address(query: str) -> None:
    """What separates the parts of an address is not in it, however often somebody decodes it."""
    link = unquote(unquote(explore("uid", "tempo", query, START, END)))
    panes = json.loads(parse_qs(urlsplit(link).query)["panes"][0])
    assert panes["a"]["queries"][0]["query"] == query
    assert panes["a"]["range"] == {"from": "1772366400000", "to": "1772370000000"}


def test_there_is_no_link_without_a_data_source_or_a_query() -> None:
    """Neither of what nobody can answer."""
    assert explore("", "prometheus", "up", START, END) == ""
    assert explore("uid", "prometheus", "", START, END) == ""
    assert explore("uid", "kubernetes", "x", START, END) == ""

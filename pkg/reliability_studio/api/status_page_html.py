"""The status page for readers outside as one HTML file: no script, nothing to load, foreign text escaped."""

import math
from datetime import UTC, datetime, timedelta

from jinja2 import Environment, StrictUndefined

from reliability_studio.api.status_page_shapes import StatusComponentShape, StatusDayShape, StatusPageShape
from reliability_studio.domain.incidents.impairment import ServiceState
from reliability_studio.domain.incidents.report import length

_WORDS = {
    ServiceState.UNKNOWN: "Not known",
    ServiceState.OPERATIONAL: "Operational",
    ServiceState.MAINTENANCE: "Maintenance",
    ServiceState.DEGRADED: "Degraded",
    ServiceState.OUTAGE: "Outage",
}
_HEADLINES = {
    ServiceState.UNKNOWN: "Nothing is known yet",
    ServiceState.OPERATIONAL: "All systems operational",
    ServiceState.MAINTENANCE: "Maintenance is under way",
    ServiceState.DEGRADED: "Some systems are degraded",
    ServiceState.OUTAGE: "Some systems are out",
}

_BAD = ((ServiceState.OUTAGE, "an outage"), (ServiceState.DEGRADED, "degradation"))

_TEMPLATE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{{ page.title }}</title>
<style>
:root { color-scheme: light dark; --text: #1f2328; --faint: #59636e; --paper: #fff; --line: #d1d9e0;
  --operational: #1a7f37; --maintenance: #0969da; --degraded: #9a6700; --outage: #cf222e;
  --unknown: #818b98; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --faint: #9198a1; --paper: #0d1117;
  --line: #3d444d; --operational: #3fb950; --maintenance: #4493f8; --degraded: #d29922; --outage: #f85149;
  --unknown: #656c76; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--paper); margin: 0; }
main { max-width: 56rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { margin: 0 0 .5rem; } h2 { margin: 2.5rem 0 .75rem; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
.headline { border: 1px solid var(--line); border-left: .5rem solid var(--unknown); border-radius: .375rem;
  padding: 1rem; font-size: 1.25rem; font-weight: 600; margin: 1.5rem 0; }
.card { border: 1px solid var(--line); border-radius: .375rem; padding: 1rem; margin: 0 0 .75rem; }
.row { display: flex; justify-content: space-between; gap: 1rem; }
.faint { color: var(--faint); font-size: .875rem; }
.words { white-space: pre-line; overflow-wrap: anywhere; margin: .25rem 0 0; }
.days { display: flex; gap: 1px; height: 1.75rem; margin: .5rem 0 .25rem; }
.days span { flex: 1; border-radius: 1px; background: var(--unknown); }
{% for state in states %}.days .{{ state }} { background: var(--{{ state }}); }
.state.{{ state }} { color: var(--{{ state }}); }
.headline.{{ state }} { border-left-color: var(--{{ state }}); }
{% endfor %}.state { display: inline-block; font-weight: 600; white-space: nowrap; }
.state::first-letter { text-transform: uppercase; }
ol { list-style: none; padding: 0; margin: .75rem 0 0; } li { margin: 0 0 .75rem; }
</style>
</head>
<body>
<main>
<h1>{{ page.title }}</h1>
{% if page.introduction %}<p class="words">{{ page.introduction }}</p>{% endif %}
<p class="headline {{ page.state }}">{{ headlines[page.state] }}</p>
<p class="faint">As of {{ utc(page.at) }}. Days are those of {{ page.zone }}.</p>
{% macro incident(one) %}
<article class="card">
<div class="row"><h3>{{ one.title }}</h3><span class="state">{{ one.status }}</span></div>
<p class="faint">{{ one.number }}, {{ one.severity }}, {{ one.services | join(', ') }}.
Began {{ utc(one.started_at) }}{% if one.resolved_at %}, over {{ utc(one.resolved_at) }}{% endif %}.</p>
<ol>
{% for note in one.notes | reverse %}<li><span class="faint">{{ utc(note.at) }}</span>
<p class="words">{{ note.text }}</p></li>
{% endfor %}</ol>
</article>
{% endmacro %}
{% if page.current %}<h2>Now</h2>{% for one in page.current %}{{ incident(one) }}{% endfor %}{% endif %}
{% if page.maintenance %}
<h2>Maintenance</h2>
{% for one in page.maintenance %}<article class="card">
<div class="row"><h3>{{ one.title }}</h3>
{% if one.on %}<span class="state maintenance">Now</span>{% endif %}</div>
<p class="faint">{{ utc(one.start) }} to {{ utc(one.end) }},
{{ one.services | join(', ') or 'all services' }}</p>
</article>
{% endfor %}
{% endif %}
<h2>Services</h2>
{% for one in page.components %}<section class="card">
<div class="row"><h3>{{ one.name }}</h3>
<span class="state {{ one.state }}">{{ words[one.state] }}</span></div>
<div class="days" role="img" aria-label="{{ summary(one) }}">
{% for day in one.days %}<span class="{{ day.state }}" title="{{ of_day(day) }}"></span>{% endfor %}
</div>
<p class="faint">{{ summary(one) }}</p>
</section>
{% else %}<p>No service is shown yet.</p>
{% endfor %}
<h2>Past 14 days</h2>
{% for one in page.past %}{{ incident(one) }}{% else %}<p>Nothing was reported.</p>{% endfor %}
</main>
</body>
</html>
"""


def html(page: StatusPageShape) -> str:
    """The page as a whole document; times are in UTC, since a file does not know who reads it."""
    return _PAGE.render(page=page)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _summary(component: StatusComponentShape) -> str:
    """What the bars of a service say, in words."""
    count = len(component.days)
    span = "1 day" if count == 1 else f"{count} days"
    if component.up is None:
        return f"Nothing is known of the last {span}"
    bad = [f"{having} with {word}" for state, word in _BAD if (having := _having(component, state))]
    unknown = _having(component, ServiceState.UNKNOWN)
    known = f"{span}, of which {unknown} are not known" if unknown else span
    return f"{_percent(component.up)} up in {known}; {' and '.join(bad) or 'none with trouble'}"


def _percent(share: float) -> str:
    """Rounded down: what was out at all never reads 100 %."""
    return f"{math.floor(share * 100_000) / 1_000:g} %"


def _having(component: StatusComponentShape, state: ServiceState) -> int:
    return sum(day.state is state for day in component.days)


def _day(day: StatusDayShape) -> str:
    parts = [
        f"{word.lower()} {length(timedelta(seconds=seconds))}"
        for word, seconds in (("Outage", day.outage_seconds), ("Degraded", day.degraded_seconds))
        if seconds
    ]
    return f"{day.date.isoformat()}: {', '.join(parts) or _WORDS[day.state].lower()}"


_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_PAGE = _ENVIRONMENT.from_string(
    _TEMPLATE,
    globals={
        "states": list(ServiceState),
        "words": _WORDS,
        "headlines": _HEADLINES,
        "utc": _utc,
        "summary": _summary,
        "of_day": _day,
    },
)

"""The page that an operator sends to a colleague: Markdown, and HTML that needs nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, StrictUndefined

from bma.doctor.report import by_result, by_theme, counted

_MARKDOWN = """\
# Exchange as the toolkit finds it: {{ report.endpoint | md }}

{{ report.began }}, as {{ (report.username or "the Kerberos ticket's account") | md }} ({{ report.auth }}), for \
{{ boxes }}. Nothing was changed.

**{{ counted }}.**\
{% if report.safe_sessions is not none %} Safe number of sessions: {{ report.safe_sessions }}.{% endif %}

{% for status, items in groups if status != "good" %}
## {{ status | capitalize }}
{% for item in items %}
- **{{ item.titles | join("; ") | md }}** (`{{ item.ids | join(", ") }}`): {{ item.observed | md }}
{%- if item.advice %}
  To do: {{ item.advice | md }}
{%- endif %}
{%- endfor %}
{% endfor %}
{% for theme, checks in themes %}
## {{ theme }}

| check | looks at | result | observed |
|---|---|---|---|
{%- for check in checks %}
| {{ check.title | md }} `{{ check.id }}` | {{ check.looks_at | md }} | {{ check.result }} | {{ check.observed | md }} |
{%- endfor %}
{% endfor %}"""

_HTML = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>Exchange as the toolkit finds it: {{ report.endpoint }}</title>
<style>
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --line: #8c8c8c; --soft: #eef2f6; --rule: #00407a;
  --bad: #a30000; --warning: #7a4b00; --unknown: #3d4a6b; --good: #0b5d1e }
body { background: var(--paper); color: var(--ink); font: 1rem/1.5 Verdana, Arial, sans-serif; max-width: 72rem;
  margin: 0 auto; padding: 1rem; overflow-wrap: break-word }
h1 { font-size: 1.5rem; line-height: 1.3; border-bottom: 3px solid var(--rule); padding-bottom: .5rem; margin: 0 }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; width: 100%; table-layout: fixed } caption { text-align: left; padding: .3rem 0 }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line) }
thead th { background: var(--soft) }
thead th:nth-child(1) { width: 30% } thead th:nth-child(2) { width: 8rem }
.result { font-weight: bold; white-space: nowrap } .result::before { margin-right: .4em }
.bad::before { content: "\\2716"; content: "\\2716" / "" }
.warning::before { content: "\\25B2"; content: "\\25B2" / "" }
.unknown::before { content: "?"; content: "?" / "" } .good::before { content: "\\2714"; content: "\\2714" / "" }
.bad { color: var(--bad) } .warning { color: var(--warning) } .unknown { color: var(--unknown) }
.good { color: var(--good) }
code, pre { font-family: Consolas, "DejaVu Sans Mono", monospace }
code, pre, small { font-size: .9em; font-weight: normal }
pre { white-space: pre-wrap; margin: .3rem 0 }
ul { padding-left: 1.5rem } li { margin: .6rem 0 }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #eaeaea; --paper: #16181b; --soft: #262a30; --rule: #8fc1f0;
    --bad: #ff9a9a; --warning: #ffcf70; --unknown: #b9c6ea; --good: #8fdc9f }
}
@media screen and (max-width: 45rem) {
  table, caption, tbody, tr, th, td { display: block } thead { display: none }
  tr { border-top: 1px solid var(--line); padding: .5rem 0 } th, td { border: 0; padding: .15rem 0 }
}
@media print {
  :root { color-scheme: light; font-size: 10pt } body { padding: 0; max-width: none }
  tr, li { break-inside: avoid } h1, h2, caption { break-after: avoid } details { display: none }
}
</style>
</head>
<body>
<main>
<h1>Exchange as the toolkit finds it: {{ report.endpoint }}</h1>
<p>{{ report.began }}, as {{ report.username or "the Kerberos ticket's account" }} ({{ report.auth }}), for {{ boxes }}.
Nothing was changed.</p>
<p><strong>{{ counted }}.</strong>
{%- if report.safe_sessions is not none %} Safe number of sessions: {{ report.safe_sessions }}.{% endif %}</p>
{% for status, items in groups if status != "good" %}
<h2 id="{{ status }}"><span class="result {{ status }}">{{ status | capitalize }}</span></h2>
<ul>
{%- for item in items %}
<li>{% if item.ids | length > 4 %}<strong>{{ item.ids | length }} checks: {{ item.observed }}</strong>
<br><code>{{ item.ids | join(", ") }}</code>
{%- else %}<strong>{{ item.titles | join("; ") }}</strong> (<code>{{ item.ids | join(", ") }}</code>):
{{ item.observed }}
{%- endif %}
{%- if item.advice %}<br>To do: {{ item.advice }}{% endif %}</li>
{%- endfor %}
</ul>
{% endfor %}
{% for theme, checks in themes %}
<h2 id="theme-{{ loop.index }}">{{ theme }}</h2>
<table>
<caption>{{ theme }}: every check and what was observed</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col">Observed</th></tr></thead>
<tbody>
{%- for check in checks %}
<tr>
<th scope="row">{{ check.title }}<br><code>{{ check.id }}</code></th>
<td><span class="result {{ check.result }}">{{ check.result }}</span></td>
<td><div>{{ check.observed }}</div><small>Looks at: {{ check.looks_at }}</small>
{%- if check.evidence %}
<details><summary>Evidence</summary><pre>{{ check.evidence | pretty }}</pre></details>{% endif %}</td>
</tr>
{%- endfor %}
</tbody>
</table>
{% endfor %}
</main>
</body>
</html>
"""


def markdown(told: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    # Escaped by the filter md: what HTML needs would stand in the text of Markdown.
    text = _environment(html=False).from_string(_MARKDOWN).render(_values(told))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def html(told: Mapping[str, Any]) -> str:
    """The report as one HTML file: no script, nothing fetched, readable on paper and by a screen reader."""
    return _environment(html=True).from_string(_HTML).render(_values(told))


def _values(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "report": told,
        "boxes": _boxes(told["scope"]),
        "counted": counted(told),
        "groups": by_result(told),
        "themes": by_theme(told),
    }


def _boxes(scope: Mapping[str, Any]) -> str:
    if not scope["boxes"]:
        return "no boxes in particular"
    which = f" of {scope['label']}" if scope["label"] else ""
    return f"{scope['boxes']} boxes{which} in {scope['domain']}"


def _environment(*, html: bool) -> Environment:
    environment = Environment(autoescape=html, undefined=StrictUndefined)  # noqa: S701  Markdown has its own escaping
    environment.filters["md"] = _escaped
    environment.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    return environment


def _escaped(text: object) -> str:
    """``text`` as plain words in Markdown, within a table as well: nothing in it is markup or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", " ".join(str(text).split()))

"""All mails of some boxes as files to look at; nothing is sent and the ledger is not asked."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy

from bma.mail.facts import Addressee
from bma.mail.french import long_date
from bma.mail.message import fill, text_of
from bma.mail.secret import HIDDEN, SecretText
from bma.mail.typography import DEFAULT, lint
from bma.mail.writing import Occasion, Writer, recipients

_STYLE = """
body { background: #fff; color: #1a1a1a; font: 1rem/1.5 Verdana, Arial, sans-serif; overflow-wrap: break-word }
h1 { font-size: 1.5rem } a { color: #00407a } table { border-collapse: collapse }
th, td { border-bottom: 1px solid #767676; padding: .4rem .6rem; text-align: left; vertical-align: top }
@media screen and (max-width: 45rem) {
  table, tbody, tr, th, td { display: block } thead { display: none }
  tr { border-bottom: 1px solid #767676; padding: .5rem 0 } th, td { border: 0; padding: .1rem 0 }
}
"""


@dataclass(frozen=True)
class Page:
    """One mail. ``oddities``: what its French typography lacks."""

    box: str
    step: str
    day: str
    to: tuple[str, ...]
    subject: str
    eml: bytes
    text: str
    html: str
    oddities: tuple[str, ...]


class _Shown:
    """Passwords that are none: what stands in the place of the real ones."""

    def reference(self, box: str, step: str) -> str:  # noqa: ARG002 - the protocol's form
        return "preview"

    def secret(self, reference: str) -> SecretText:
        return SecretText(HIDDEN, reference)


def pages(
    writer: Writer, boxes: Mapping[str, Addressee], days: Mapping[str, date], profile: str = DEFAULT
) -> Iterator[Page]:
    """Every mail of the campaign for each box that has a day, the ones that wait for an event among them."""
    shown = Writer(writer.campaign, writer.settings, writer.templates, _Shown())
    writer.templates.require_all(writer.campaign)
    for name, box in boxes.items():
        cut_over = days.get(name)
        if cut_over is None:
            continue
        for mail in writer.campaign.mails:
            due = writer.campaign.mail_day(mail, cut_over)
            # A date that has moved is shown as if it had been a week earlier.
            occasion = Occasion(1, due or cut_over, cut_over, cut_over - timedelta(7))
            draft = shown.draft(mail, box, occasion)
            eml = fill(draft.content, SecretText(HIDDEN, "preview"), _files(shown))
            day = long_date(due) if due else f"({mail.event})"
            text, page = text_of(eml), _html(eml)
            yield Page(
                name, mail.id, day, tuple(recipients(mail, box).values()), draft.subject, eml, text, page,
                tuple(lint(text, profile)),
            )  # fmt: skip


def _files(writer: Writer) -> dict[str, bytes]:
    return {file.digest: file.content for files in writer.settings.attachments.values() for file in files}


def _html(eml: bytes) -> str:
    body = message_from_bytes(eml, policy=policy.default).get_body(("html",))
    return str(body.get_content()) if body is not None else ""


def index(title: str, shown: list[Page]) -> str:
    """A page that leads to all others."""
    rows = "\n".join(
        f"<tr><th scope='row'>{page.box}</th><td>{page.step}</td><td>{html.escape(page.day)}</td>"
        f"<td>{html.escape(page.subject)}</td>"
        f"<td><a href='{page.box}/{page.step}.html'>page of {page.step} for {page.box}</a>, "
        f"<a href='{page.box}/{page.step}.txt'>text</a>, <a href='{page.box}/{page.step}.eml'>message</a></td>"
        f"<td>{html.escape('; '.join(page.oddities))}</td></tr>"
        for page in shown
    )
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>Mails of {html.escape(title)}</title>\n<style>{_STYLE}</style></head>\n"
        f"<body><main><h1>Mails of {html.escape(title)}</h1>\n<table>\n"
        "<thead><tr><th scope='col'>Box</th><th scope='col'>Mail</th><th scope='col'>Day</th>"
        "<th scope='col'>Subject</th><th scope='col'>Files</th><th scope='col'>Typography</th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></main></body></html>\n"
    )

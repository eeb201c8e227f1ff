"""Templates of mails: ``NAME.txt.j2`` with the subject and the text, ``NAME.html.j2`` with the same for a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bma.campaign.model import Campaign
from bma.errors import printable
from bma.mail.facts import NAMES
from bma.mail.faults import MailError
from bma.mail.french import date_without_year, long_date
from bma.mail.secret import PASSWORD

_SUBJECT = "subject"


@dataclass(frozen=True)
class Rendered:
    """A mail as people will read it."""

    subject: str
    text: str
    html: str


class Templates:
    """The templates of one folder. Nothing that comes from outside is ever read as a template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._environment.filters |= {"long_date": long_date, "date_without_year": date_without_year}
        self._used: dict[str, frozenset[str]] = {}

    def require_all(self, campaign: Campaign) -> None:
        """Look at every template of a campaign before the first mail is written.

        Raises :class:`~bma.mail.faults.MailError` telling all that is missing, does not parse, or speaks of what no
        template can know.
        """
        wrong: list[str] = []
        for name in sorted({mail.template for mail in campaign.mails}):
            try:
                self._names(name)
            except MailError as error:
                wrong.append(str(error))
        if wrong:
            raise MailError("\n".join(wrong))

    def needs_secret(self, name: str) -> bool:
        """Whether a template tells the password."""
        return PASSWORD in self._names(name)

    def render(self, name: str, facts: Mapping[str, Any]) -> Rendered:
        """One mail; :class:`~bma.mail.faults.MailError` naming template and line when it uses what is not there."""
        self._names(name)
        text, page = self._load(f"{name}.txt.j2"), self._load(f"{name}.html.j2")
        try:
            subject = " ".join(_block(text, _SUBJECT, facts).split(" ")).strip()
            return Rendered(subject, _spaced(text.render(facts)), page.render(facts, subject=subject))
        except (TemplateError, TypeError, ValueError, AttributeError) as error:
            raise MailError(_said(error), where=self._place(error, name)) from error

    def _names(self, name: str) -> frozenset[str]:
        """The variables that both templates of a mail use; refuses those that there are not."""
        if name not in self._used:
            found = {key for kind in ("txt", "html") for key in self._undeclared(f"{name}.{kind}.j2")}
            unknown = sorted(found - NAMES.keys() - {_SUBJECT})
            if unknown:
                raise MailError(
                    f"uses what no template knows: {', '.join(unknown)}; known: {', '.join(NAMES)}",
                    where=str(self.folder / f"{name}.txt.j2 or .html.j2"),
                )
            if _SUBJECT not in self._load(f"{name}.txt.j2").blocks:
                raise MailError("has no block subject", where=str(self.folder / f"{name}.txt.j2"))
            self._used[name] = frozenset(found)
        return self._used[name]

    def _undeclared(self, file: str) -> set[str]:
        path = self.folder / file
        try:
            tree = self._environment.parse(path.read_text(encoding="utf-8"), file, str(path))
        except FileNotFoundError as error:
            raise MailError("there is no such template", where=str(path)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise MailError(f"cannot be read: {error}", where=str(path)) from error
        except TemplateSyntaxError as error:
            raise MailError(printable(error.message), where=f"{path}:{error.lineno}") from error
        try:
            # Blocks see what is imported at the top of their template; jinja2's own search does not know that.
            found = meta.find_undeclared_variables(tree) - set(_imported(tree))
        except TemplateSyntaxError as error:
            raise MailError(printable(error.message), where=f"{path}:{error.lineno}") from error
        for other in meta.find_referenced_templates(tree):
            if other is None:
                raise MailError("names another template by an expression", where=str(path))
            found |= self._undeclared(other)
        return found

    def _load(self, file: str) -> Template:
        try:
            return self._environment.get_template(file)
        except TemplateNotFound as error:
            raise MailError("there is no such template", where=str(self.folder / file)) from error
        except TemplateSyntaxError as error:
            raise MailError(printable(error.message), where=f"{self.folder / file}:{error.lineno}") from error

    def _place(self, error: BaseException, name: str) -> str:
        trace, place = error.__traceback__, str(self.folder / name)
        while trace is not None:
            file = trace.tb_frame.f_code.co_filename
            if file.endswith(".j2"):
                place = f"{file}:{trace.tb_lineno}"
            trace = trace.tb_next
        return place


def _spaced(text: str) -> str:
    """At most one empty line in a row: parts of a text do not know what follows them."""
    return re.sub(r"\n{3,}", "\n\n", text.strip("\n")) + "\n"


def _imported(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in node.names)


def _block(template: Template, name: str, facts: Mapping[str, Any]) -> str:
    try:
        return "".join(template.blocks[name](template.new_context(dict(facts))))
    except Exception:
        # What rendering a whole template does: lines of the template stand in the place of those of compiled code.
        template.environment.handle_exception()


def _said(error: Exception) -> str:
    return printable(str(error).strip() or type(error).__name__)[:300]

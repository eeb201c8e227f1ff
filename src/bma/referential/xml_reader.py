"""FASE ``Fiche`` documents: PO, ETAB and IMPL, each followed by its ``SsOrganisation``.

The envelope, the namespaces and any wrapper element are passed over: only the order Fiche, SsOrganisation
counts, the second holding what belongs to the first.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from bma.errors import DocumentError
from bma.referential.source import Text
from bma.referential.table import Row, Table
from bma.referential.text import clean, shown

_MAX_DEPTH = 100
_SUBJECTS = {"PO": "po", "ETAB": "etab", "IMPL": "impl"}
_HINT = "Save the whole answer of the FASE service"


@dataclass
class _Element:
    """One element, without its namespace."""

    name: str
    line: int
    text: list[str] = field(default_factory=list)
    children: list[_Element] = field(default_factory=list)

    def value(self, *path: str) -> str:
        """Text of the first element at ``path``, empty when there is none."""
        if not path:
            return clean("".join(self.text))
        return next((child.value(*path[1:]) for child in self.children if child.name == path[0]), "")


def read_xml(text: Text) -> Table:
    """Read every Fiche of one document.

    Raises :class:`~bma.errors.DocumentError` for text that is not well-formed XML, for a DTD or entities
    (never expanded), for a web page, and for XML without a Fiche.
    """
    root = _parsed(text)
    if root.name.lower() == "html":
        raise not_a_list(text)
    table = Table(text.path, "xml (Fiche)", text.encoding)
    _walk(table, root, {})
    if not table.rows_read:
        raise DocumentError(f"XML without a Fiche (root element {root.name})", where=str(text.path), hint=_HINT)
    return table


def not_a_list(text: Text) -> DocumentError:
    """The refusal of a web page: what a portal or a proxy gives instead of the file."""
    return DocumentError(
        "this is a web page (HTML), not the list",
        where=str(text.path),
        hint="The download was answered by a portal or proxy page: open it, then download again",
    )


def _walk(table: Table, parent: _Element, owner: dict[str, str]) -> None:
    """``owner``: the numbers of the PO and of the establishment that the elements below belong to."""
    last = owner
    for child in parent.children:
        if child.name == "Fiche":
            last = _fiche(table, child, owner)
            _walk(table, child, last)
        elif child.name == "SsOrganisation":
            _walk(table, child, last)
        else:
            _walk(table, child, owner)


def _fiche(table: Table, fiche: _Element, owner: dict[str, str]) -> dict[str, str]:
    """Add the row of one Fiche; give the owner of what is below it."""
    kind, number = fiche.value("Type"), fiche.value("Identifiant")
    subject = _SUBJECTS.get(kind.upper())
    if subject is None:
        table.refuse_row("fiche-type", fiche.line, f"Type {shown(kind)} is none of {', '.join(_SUBJECTS)}")
        return owner
    if subject == "impl" and "etab_number" not in owner:
        table.refuse_row("fiche-orphan", fiche.line, f"implantation {shown(number)} is under no ETAB")
        return owner
    above = {} if subject == "po" else owner
    table.rows.append(Row(fiche.line, above | _values(fiche, subject, number)))
    if subject == "impl":
        return owner
    return above | {f"{subject}_number": number}


def _values(fiche: _Element, subject: str, number: str) -> dict[str, str]:
    street = " ".join(filter(None, (fiche.value("Adresse", part) for part in ("Rue", "Numero"))))
    box = fiche.value("Adresse", "BtePostale")
    values = {
        f"{subject}_number": number,
        f"{subject}_street": f"{street} bte {box}" if box else street,
        f"{subject}_postal_code": fiche.value("Adresse", "CodePostal"),
        f"{subject}_localite": fiche.value("Adresse", "Localite"),
        f"{subject}_commune": fiche.value("Adresse", "Commune"),
    }
    if subject == "impl":
        return values
    return values | {
        f"{subject}_name": fiche.value("Nom"),
        f"{subject}_bce": fiche.value("NumBCE"),
        f"{subject}_email": fiche.value("ContactInfo", "Email"),
        "reseau" if subject == "etab" else "po_reseau": fiche.value("Reseau", "Nom"),
    }


def _parsed(text: Text) -> _Element:
    builder = _Builder()
    source = InputSource()
    # The text is decoded already: bytes are given again so that an XML declaration cannot contradict them.
    source.setByteStream(io.BytesIO(text.content.encode("utf-8")))
    source.setEncoding("utf-8")
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(builder)
    try:
        parser.parse(source)
    except DefusedXmlException as error:
        where = str(text.path)
        raise DocumentError("XML with a DTD or entities is not read", where=where, hint=_HINT) from error
    except ValueError as error:
        raise DocumentError(f"not readable XML: {error}", where=str(text.path), hint=_HINT) from error
    except SAXParseException as error:
        raise _malformed(text, error) from error
    if builder.root is None:
        raise DocumentError("XML without an element", where=str(text.path), hint=_HINT)
    return builder.root


def _malformed(text: Text, error: SAXParseException) -> DocumentError:
    if text.content.lstrip()[:200].lower().startswith(("<!doctype html", "<html")):
        return not_a_list(text)
    reason = error.getMessage()
    return DocumentError(
        f"not well-formed XML: {reason}",
        where=f"{text.path}:{error.getLineNumber()}",
        hint="The file is truncated or was edited: save the answer again",
    )


class _Builder(ContentHandler):
    """Builds :class:`_Element` trees, keeping the line of each start tag."""

    def __init__(self) -> None:
        super().__init__()
        self.root: _Element | None = None
        self._open: list[_Element] = []
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - SAX names it
        self._locator = locator

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: ARG002, N802
        element = _Element(name[1], self._locator.getLineNumber())
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        if len(self._open) > _MAX_DEPTH:
            raise ValueError(f"elements nested more than {_MAX_DEPTH} deep (line {element.line})")

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: ARG002, N802
        self._open.pop()

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].text.append(content)

"""Rows of one file → organisations: each row gives an establishment, its PO, or both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bma.errors import DocumentError
from bma.referential.ballot import Ballot
from bma.referential.fase_number import Key, NotAFaseNumber, fase_number, local_part
from bma.referential.table import Row, Table
from bma.referential.text import bce, postal_code
from bma.referential.unit import Implantation, Unit

_ADDRESS = ("street", "postal_code", "localite", "commune")
_VOTED = ("name", "bce", *_ADDRESS, "email")
_NORMAL = {"bce": bce, "postal_code": postal_code}
_Columns = tuple[tuple[str, str, Callable[[str], str] | None], ...]
_ETAB, _PO, _IMPL = (
    tuple((attribute, f"{subject}_{attribute}", _NORMAL.get(attribute)) for attribute in attributes)
    for subject, attributes in (("etab", _VOTED), ("po", _VOTED), ("impl", _ADDRESS))
)
"""Per subject: (attribute, its column, its normal form)."""

_ETAB_SINGLE = {"reseau": "reseau", "genre": "genre", "bassin": "bassin", "arrondissement": "arrondissement"}
_ETAB_SEVERAL = ("niveau", "type")
_CONFLICTS = {"name": "name-conflict", "po": "po-conflict", "reseau": "reseau-conflict"}
_TOLD = 3


@dataclass
class FileUnits:
    """The organisations of one file. ``rows_read`` = ``used`` + ``set_aside``; ``partly`` of the used rows gave
    only one of their two organisations."""

    table: Table
    units: dict[Key, Unit]
    used: int
    partly: int
    set_aside: int

    @property
    def rows_read(self) -> int:
        """Every row of the file."""
        return self.used + self.set_aside


@dataclass
class _Draft:
    """What the rows have said so far about one unit."""

    first_line: int
    ballot: Ballot = field(default_factory=Ballot)
    several: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in _ETAB_SEVERAL})
    implantations: dict[int, Ballot] = field(default_factory=dict)


def units_of(table: Table, max_bad_rows: float) -> FileUnits:
    """The organisations of one table; conflicts and bad rows are added to the findings of the table.

    Raises :class:`~bma.errors.DocumentError` when more than the share ``max_bad_rows`` (0 to 1) of the rows is
    set aside or gives only half of what it should.
    """
    reader = _Reader(table)
    for row in table.rows:
        reader.read(row)
    result = FileUnits(
        table,
        units={},
        used=len(table.rows) - reader.rejected,
        partly=reader.partly,
        set_aside=table.set_aside,
    )
    _require_few(result, max_bad_rows)
    result.units = {key: _unit(table, key, draft) for key, draft in sorted(reader.drafts.items())}
    return result


class _Reader:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.drafts: dict[Key, _Draft] = {}
        self.rejected = 0
        self.partly = 0
        self._numbers: dict[str, int | NotAFaseNumber] = {}

    def read(self, row: Row) -> None:
        etab, etab_fault = self._number(row, "etab_number")
        po, po_fault = self._number(row, "po_number")
        faults = {"etab-number": etab_fault, "po-number": po_fault}
        told = {code: fault for code, fault in faults.items() if fault is not None}
        if etab is None and po is None:
            self.rejected += 1
            self.table.refuse_row("row-number", row.line, "; ".join(_blamed(told)) or "no FASE number")
            return
        self.partly += bool(told)
        for code, text in zip(told, _blamed(told), strict=True):
            self.table.tell(code, row.line, text)
        if etab is not None:
            self._etab(row, self._draft(("ec", etab), row.line), po)
        if po is not None:
            self._po(row, self._draft(("po", po), row.line))

    def _number(self, row: Row, column: str) -> tuple[int | None, NotAFaseNumber | None]:
        text = row.values.get(column)
        if text is None:
            return None, None
        if text not in self._numbers:
            self._numbers[text] = _judged(text)
        number = self._numbers[text]
        return (None, number) if isinstance(number, NotAFaseNumber) else (number, None)

    def _draft(self, key: Key, line: int) -> _Draft:
        draft = self.drafts.get(key)
        if draft is None:
            draft = self.drafts[key] = _Draft(line)
        draft.first_line = min(draft.first_line, line)
        return draft

    def _etab(self, row: Row, draft: _Draft, po: int | None) -> None:
        _vote(draft.ballot, row, _ETAB)
        for attribute, column in _ETAB_SINGLE.items():
            draft.ballot.cast(attribute, row.values.get(column, ""), row.line)
        if po is not None:
            draft.ballot.cast("po", str(po), row.line)
        for column in _ETAB_SEVERAL:
            value = row.values.get(column)
            if value:
                draft.several[column].add(value)
        self._implantation(row, draft)

    def _implantation(self, row: Row, draft: _Draft) -> None:
        number, fault = self._number(row, "impl_number")
        if fault is not None:
            self.table.tell("implantation-number", row.line, f"implantation: {fault}")
        if number is not None:
            _vote(draft.implantations.setdefault(number, Ballot()), row, _IMPL)

    def _po(self, row: Row, draft: _Draft) -> None:
        _vote(draft.ballot, row, _PO)
        draft.ballot.cast("reseau", row.values.get("po_reseau", ""), row.line)


def _vote(ballot: Ballot, row: Row, columns: _Columns) -> None:
    for attribute, column, normal in columns:
        value = row.values.get(column)
        if value:
            ballot.cast(attribute, normal(value) if normal else value, row.line)


def _judged(text: str) -> int | NotAFaseNumber:
    try:
        return fase_number(text)
    except NotAFaseNumber as fault:
        return fault


def _blamed(faults: dict[str, NotAFaseNumber]) -> list[str]:
    subjects = {"etab-number": "establishment", "po-number": "PO"}
    return [f"{subjects[code]}: {fault}" for code, fault in faults.items()]


def _unit(table: Table, key: Key, draft: _Draft) -> Unit:
    kind, number = key
    box = local_part(kind, number)
    _tell_conflicts(table, draft.ballot, box, box)
    for site, ballot in draft.implantations.items():
        _tell_conflicts(table, ballot, box, f"{box}, implantation {site}")
    ballot = draft.ballot
    name = ballot.kept("name")
    if not name:
        table.tell("name-missing", draft.first_line, f"{box} has no name; it is shown as {box}", box)
    po = ballot.kept("po")
    return Unit(
        kind=kind,
        number=number,
        source=f"{table.path}:{draft.first_line}",
        name=name,
        bce=ballot.kept("bce"),
        street=ballot.kept("street"),
        postal_code=ballot.kept("postal_code"),
        localite=ballot.kept("localite"),
        commune=ballot.kept("commune"),
        email=ballot.kept("email"),
        po=int(po) if po else None,
        reseaux=_kept(ballot, "reseau"),
        genres=_kept(ballot, "genre"),
        bassins=_kept(ballot, "bassin"),
        arrondissements=_kept(ballot, "arrondissement"),
        niveaux=tuple(sorted(draft.several["niveau"])),
        types=tuple(sorted(draft.several["type"])),
        implantations=tuple(_sites(draft)),
    )


def _kept(ballot: Ballot, attribute: str) -> tuple[str, ...]:
    value = ballot.kept(attribute)
    return (value,) if value else ()


def _sites(draft: _Draft) -> Iterator[Implantation]:
    for number, ballot in sorted(draft.implantations.items()):
        street, code, localite, commune = (ballot.kept(attribute) for attribute in _ADDRESS)
        yield Implantation(number, street, code, localite, commune)


def _tell_conflicts(table: Table, ballot: Ballot, box: str, subject: str) -> None:
    for attribute in ballot.contested():
        line, account = ballot.account(attribute)
        code = _CONFLICTS.get(attribute, "detail-conflict")
        table.tell(code, line, f"{subject} has several values for {attribute}: {account}", box)


def _require_few(result: FileUnits, max_bad_rows: float) -> None:
    bad = result.set_aside + result.partly
    if bad <= max_bad_rows * result.rows_read:
        return
    losing = [f for f in result.table.findings if f.severity == "error"]
    losing.sort(key=lambda finding: int(finding.where.rpartition(":")[2]))
    first = "; ".join(f"line {f.where.rpartition(':')[2]}: {f.message}" for f in losing[:_TOLD])
    more = f"; and {len(losing) - _TOLD} more" if len(losing) > _TOLD else ""
    raise DocumentError(
        f"{bad} of {result.rows_read} rows are unusable, more than max_bad_rows allows "
        f"({max_bad_rows:.1%}): {first}{more}",
        where=str(result.table.path),
        hint="Repair the file, or raise max_bad_rows if these rows may be lost",
    )

"""From a row of an export to an answer, or to the reason why it is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo

from bma.errors import BmaError, printable
from bma.form.answer import Answer, Aside
from bma.form.reading import Row
from bma.form.rescue import RescueRules, rescue_address
from bma.mail.addresses import domain_of
from bma.mail.faults import MailError
from bma.referential import Kind, NotAFaseNumber, box_key, fase_number, local_part

_YES = frozenset({"oui", "yes", "true", "vrai", "1", "x", "o", "y"})
_NO = frozenset({"non", "no", "false", "faux", "0", "", "n"})
_KINDS: dict[str, Kind] = {
    "po": "po", "pouvoir organisateur": "po",
    "ec": "ec", "etablissement": "ec", "ecole": "ec", "etab": "ec",
}  # fmt: skip
_DAYS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y",
)  # fmt: skip
_PHONE = re.compile(r"\+?[0-9][0-9 ./()-]{5,30}(?: ?(?:ext|poste|p)\.? ?[0-9]{1,6})?", re.IGNORECASE)
_MOST = {"contact": 200, "phone": 60}


class _Unfit(BmaError):  # noqa: N818 - the answer is unfit, nothing failed
    def __init__(self, what: str, code: str) -> None:
        super().__init__(what)
        self.code = code


def judge(row: Row, rules: RescueRules, zone: tzinfo) -> Answer | Aside:
    """The answer of a row; :class:`~bma.form.answer.Aside` for one that cannot be used, telling whose and why."""
    who = "an answer"
    try:
        kind, number = _whose(row.cells, rules.domain)
        who = local_part(kind, number) if kind else f"FASE {number}"
        rescue, doubts = _rescue(row, rules, who)
        return Answer(
            row.where,
            kind,
            number,
            _moment(row.cells["answered_at"], zone),
            _unknown(row.cells),
            _contact(row.cells),
            _phone(row.cells.get("phone", "")),
            rescue,
            doubts,
        )
    except (_Unfit, MailError) as error:
        code = error.code if isinstance(error, _Unfit) else "rescue"
        hint = f". {error.hint}" if error.hint else ""
        return Aside(row.where, who, f"{error.what}{hint}", code)


def _whose(cells: Mapping[str, str], domain: str) -> tuple[Kind | None, int]:
    box = cells.get("box", "").lower()
    if "@" in box and domain_of(box) != domain.lower():
        raise _Unfit(f"its box is in {printable(domain_of(box))[:60]}, not in {domain}", "box")
    key = box_key(box.partition("@")[0]) if box else None
    if box and key is None:
        raise _Unfit(f"{printable(box)[:40]!r} is no box: ec or po and six digits", "box")
    said = _kind(cells.get("kind", ""))
    number = _number(cells.get("fase", ""), key is None)
    if key is not None:
        if number not in {None, key[1]} or said not in {None, key[0]}:
            raise _Unfit(f"its box {box.partition('@')[0]} and its FASE number or type contradict each other", "box")
        return key
    assert number is not None
    return said, number


def _number(text: str, needed: bool) -> int | None:
    bare = text.strip().lower()
    key = box_key(bare.partition("@")[0])
    if key is not None:
        return key[1]
    if not bare and not needed:
        return None
    try:
        return fase_number(bare)
    except NotAFaseNumber as error:
        raise _Unfit(str(error), "fase") from error


def _kind(text: str) -> Kind | None:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold().strip()
    if not bare:
        return None
    if bare not in _KINDS:
        raise _Unfit(f"{printable(text)[:40]!r} is neither PO nor établissement", "kind")
    return _KINDS[bare]


def _moment(text: str, zone: tzinfo) -> datetime:
    for read in (datetime.fromisoformat, *(_reader(form) for form in _DAYS)):
        try:
            found = read(text.strip())
        except ValueError:
            continue
        try:
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except OverflowError:
            break
    raise _Unfit(f"{printable(text)[:40]!r} is no date; allowed: 2026-01-31 or 31/01/2026, and an hour", "date")


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def _unknown(cells: Mapping[str, str]) -> bool:
    said = [
        _yes(cells[field], field) is (field == "password_unknown")
        for field in ("password_unknown", "password_known")
        if field in cells and (field == "password_unknown" or cells[field])
    ]
    if len(set(said)) > 1:
        raise _Unfit("it says both that the password is known and that it is not", "password")
    return bool(said) and said[0]


def _yes(text: str, field: str) -> bool:
    bare = text.casefold().strip(" .!")
    if bare in _YES:
        return True
    if bare in _NO:
        return False
    if "ne connais pas" in bare or "ne le connais pas" in bare:
        return field == "password_unknown"
    raise _Unfit(f"{printable(text)[:40]!r} is neither oui nor non", "password")


def _contact(cells: Mapping[str, str]) -> str | None:
    whole = cells.get("contact", "") or f"{cells.get('first_name', '')} {cells.get('last_name', '')}"
    return _line(whole, "contact")


def _phone(text: str) -> str | None:
    found = _line(text, "phone")
    if found is not None and not _PHONE.fullmatch(found):
        raise _Unfit("the phone number is none", "phone")
    return found


def _line(text: str, field: str) -> str | None:
    """A text on one line without what cannot be seen, None for an empty one."""
    visible = "".join(" " if unicodedata.category(sign)[0] in "ZC" else sign for sign in text)
    found = " ".join(visible.split())
    if len(found) > _MOST[field]:
        raise _Unfit(f"the {field} is longer than {_MOST[field]} signs", field)
    return found or None


def _rescue(row: Row, rules: RescueRules, who: str) -> tuple[str | None, tuple[str, ...]]:
    said = row.cells.get("rescue", "")
    if not said:
        return None, ()
    return rescue_address(said, f"{who}@{rules.domain}", rules, row.where)

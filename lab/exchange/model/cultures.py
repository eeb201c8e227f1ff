"""What depends on a culture: numbers and dates as text, short date and time patterns, names of folders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

_DAYS_24 = ("HH:mm", "H:mm")
_12 = ("h:mm tt", "hh:mm tt", "H:mm", "HH:mm")
FORMATS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fr-BE": (("d/MM/yyyy", "dd-MM-yy", "dd/MM/yy", "dd.MM.yy", "yyyy-MM-dd", "dd-MM-yyyy", "dd/MM/yyyy"),
              (*_DAYS_24, "H.mm", "HH.mm")),
    "nl-BE": (("d/MM/yyyy", "d/MM/yy", "dd-MM-yy", "dd.MM.yy", "yyyy-MM-dd", "dd/MM/yyyy"), (*_DAYS_24, "H.mm")),
    "de-BE": (("dd.MM.yyyy", "dd.MM.yy", "d.MM.yyyy", "d.MM.yy", "yyyy-MM-dd", "dd/MM/yyyy"), (*_DAYS_24, "HH.mm")),
    "fr-FR": (("dd/MM/yyyy", "dd/MM/yy", "dd.MM.yy", "dd-MM-yy", "yyyy-MM-dd"), (*_DAYS_24, "HH.mm")),
    "nl-NL": (("d-M-yyyy", "d-M-yy", "dd-MM-yy", "dd-MM-yyyy", "dd/MM/yy", "yyyy-MM-dd"), _DAYS_24),
    "de-DE": (("dd.MM.yyyy", "dd.MM.yy", "d.M.yyyy", "d.M.yy", "yyyy-MM-dd", "yy-MM-dd", "dd/MM/yy"), _DAYS_24),
    "en-US": (("M/d/yyyy", "M/d/yy", "MM/dd/yy", "MM/dd/yyyy", "yy/MM/dd", "yyyy-MM-dd", "dd-MMM-yy"), _12),
    "en-GB": (("dd/MM/yyyy", "dd/MM/yy", "d/M/yy", "d.M.yy", "yyyy-MM-dd"), ("HH:mm", "H:mm", "hh:mm tt", "h:mm tt")),
}  # fmt: skip
"""Short date and time patterns of the cultures this model knows, the default one first."""

_FOLDERS = {
    "en": ("Inbox", "Drafts", "Sent Items", "Deleted Items", "Outbox", "Junk Email", "Calendar", "Contacts", "Tasks",
           "Notes", "Journal"),
    "fr": ("Boîte de réception", "Brouillons", "Éléments envoyés", "Éléments supprimés", "Boîte d'envoi",
           "Courrier indésirable", "Calendrier", "Contacts", "Tâches", "Notes", "Journal"),
    "nl": ("Postvak IN", "Concepten", "Verzonden items", "Verwijderde items", "Postvak UIT", "Ongewenste e-mail",
           "Agenda", "Contactpersonen", "Taken", "Notities", "Logboek"),
    "de": ("Posteingang", "Entwürfe", "Gesendete Elemente", "Gelöschte Elemente", "Postausgang", "Junk-E-Mail",
           "Kalender", "Kontakte", "Aufgaben", "Notizen", "Journal"),
}  # fmt: skip
DEFAULT_FOLDERS = (
    "Inbox", "Drafts", "SentItems", "DeletedItems", "Outbox", "JunkEmail", "Calendar", "Contacts", "Tasks", "Notes",
    "Journal",
)  # fmt: skip
"""The default folders of a mailbox, by what they are and not by their name."""


def folder_names(language: str) -> dict[str, str]:
    """What the default folders are called in a language; English where this model has no names."""
    names = _FOLDERS.get(language.partition("-")[0].lower(), _FOLDERS["en"])
    return dict(zip(DEFAULT_FOLDERS, names, strict=True))


@dataclass(frozen=True)
class Culture:
    """How a server writes numbers and dates; `moment` is a strftime pattern."""

    thousands: str
    decimal: str
    bytes: str
    moment: str

    def number(self, value: int) -> str:
        """A whole number with group separators."""
        return f"{value:,}".replace(",", self.thousands)

    def time(self, value: datetime) -> str:
        """A date and time as general text."""
        text = value.strftime(self.moment)
        return text if "%d" in self.moment else _american(value)


def _american(value: datetime) -> str:
    half = "AM" if value.hour < 12 else "PM"
    return f"{value.month}/{value.day}/{value.year} {value.hour % 12 or 12}:{value:%M:%S} {half}"


_NARROW = "\u202f"
_DAY_FIRST = "%d/%m/%Y %H:%M:%S"
CULTURES = {
    "en-US": Culture(",", ".", "bytes", "%c"),
    "en-GB": Culture(",", ".", "bytes", _DAY_FIRST),
    "fr-FR": Culture(_NARROW, ",", "octets", _DAY_FIRST),
    "fr-BE": Culture(_NARROW, ",", "octets", "%d-%m-%y %H:%M:%S"),
    "nl-BE": Culture(".", ",", "bytes", _DAY_FIRST),
    "de-DE": Culture(".", ",", "Bytes", "%d.%m.%Y %H:%M:%S"),
}
"""The cultures a server may have here."""
AMERICAN = CULTURES["en-US"]


def culture(name: str) -> Culture:
    """A culture by its name; en-US where this model has none."""
    return CULTURES.get(name, AMERICAN)

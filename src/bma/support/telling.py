"""The view of a box in French, for whoever has its holder on the phone, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo

from bma.campaign.model import Desk
from bma.errors import printable
from bma.mail.french import NBSP, long_date, proper
from bma.mail.schedule import Verdict
from bma.password.record import PasswordRecord
from bma.referential import Box
from bma.store import State
from bma.store.password_tables import Life
from bma.support.stage import AFTER, BEFORE, DURING
from bma.support.view import Coming, Past, View

_STAGES = {
    BEFORE: "avant la migration : rien n’a encore été annoncé à cette boîte",
    DURING: "migration annoncée : la boîte est encore sur l’ancienne interface",
    AFTER: "après la migration : la boîte est sur la nouvelle interface",
}
_TOPICS = {"procedure": "procédure", "technical": "problème technique", "password": "mot de passe"}
_STATES = {
    State.PLANNED: "préparé, pas encore envoyé",
    State.SENDING: "envoi en cours, ou interrompu",
    State.ACCEPTED: "envoyé, accepté par le relais",
    State.DELIVERED: "remis",
    State.BOUNCED: "revenu : non remis",
    State.FAILED: "refusé par le relais",
    State.AMBIGUOUS: "envoi interrompu : peut-être arrivé",
    State.WITHDRAWN: "retiré : trop tard",
}
_VERDICTS = {
    Verdict.DUE: "à envoyer maintenant",
    Verdict.WAITING: "prévu",
    Verdict.LATE: "trop tard : ne sera plus envoyé",
    Verdict.HELD: "retenu",
    Verdict.AMBIGUOUS: "peut-être arrivé, à vérifier",
}
_LIVES = {
    Life.PLANNED: "demandé, pas encore préparé",
    Life.HELD: "préparé, pas encore en vigueur : l’ancien reste valable",
    Life.SETTING: "mise en vigueur en cours, ou interrompue",
    Life.SET: "en vigueur, pas encore communiqué",
    Life.DELIVERED: "en vigueur et communiqué",
    Life.FAILED: "refusé par Exchange : un autre doit être préparé",
    Life.SUPERSEDED: "abandonné",
}
NOT_SHOWN = "(masqué : -e support_personal=true)"


def as_text(view: View, zone: tzinfo, *, personal: bool) -> str:
    """The view on a page. ``personal``: whether contact, phone and rescue address are shown."""
    return _spaced("\n".join(_lines(view, zone, personal))) + "\n"


def _spaced(text: str) -> str:
    """No-break spaces where French wants them."""
    return proper(text).replace(" :", f"{NBSP}:").replace(" ;", f"{NBSP};").replace(" ?", f"{NBSP}?")


def _lines(view: View, zone: tzinfo, personal: bool) -> Iterator[str]:
    yield from _head(view)
    yield ""
    yield "Courriels"
    yield from [_past(item, zone) for item in view.past] or ["  aucun n’a été envoyé"]
    yield "À venir"
    yield from [_coming(item) for item in view.coming] or ["  rien"]
    yield "Mot de passe"
    yield f"  {_password(view.password, zone)}"
    if view.campaign.form:
        yield "Formulaire"
        yield from (f"  {line}" for line in _form(view, zone, personal))
    yield "À qui le titulaire doit s’adresser maintenant"
    yield from (f"  {_TOPICS[topic]} : {_desk(desk)}" for topic, desk in view.contacts.items())


def _head(view: View) -> Iterator[str]:
    box = view.box
    kind = "pouvoir organisateur" if box.unit.kind == "po" else "établissement"
    yield f"{printable(box.unit.title)} — {box.address}"
    yield f"  {kind}, n° FASE {box.unit.number}" + (f", PO {box.po_box or box.unit.po}" if box.unit.po else "")
    day = f"migration le {long_date(view.cut_over)}" if view.cut_over else "pas de date : la boîte n’est dans aucun lot"
    yield f"  campagne « {view.campaign.title} »" + (f", lot {view.wave}" if view.wave else "") + f", {day}"
    if view.promised and view.promised != view.cut_over:
        yield f"  ATTENTION : la date annoncée au titulaire est le {long_date(view.promised)}"
    yield f"Étape : {_STAGES[view.stage.name]}"
    if not view.stage.confirmed:
        yield "  (selon le planning ; le registre ne l’a pas encore confirmé)"


def _line(text: str) -> str:
    return printable(" ".join(text.split()))


def _past(item: Past, zone: tzinfo) -> str:
    to = item.to or "l’adresse de secours"
    answer = f" — {_line(item.answer)[:120]}" if item.answer and item.state in _ASKING else ""
    return f"  {_moment(item.at, zone)}  {item.step} « {_line(item.subject)} » à {to} : {_STATES[item.state]}{answer}"


_ASKING = {State.BOUNCED, State.FAILED, State.AMBIGUOUS}


def _coming(item: Coming) -> str:
    if item.day is None and item.verdict is Verdict.WAITING:
        return f"  {item.step} : pas encore prévu{_why(item.why)}"
    day = f", le {_day(item.day)}" if item.day else ""
    return f"  {item.step} : {_VERDICTS[item.verdict]}{day}{_why(item.why) if item.verdict in _UNSURE else ''}"


_UNSURE = {Verdict.HELD, Verdict.AMBIGUOUS}
_WHYS = {
    "no password is held for it yet": "aucun mot de passe n’est prêt",
    "no rescue address is known": "aucune adresse de secours n’est connue",
    "has just been tried": "vient d’être tenté",
    "waits for form_received": "attend la réponse au formulaire",
    "waits for password_unknown": "seulement si le titulaire signale que son mot de passe est inconnu",
    "waits for cut_over_done": "attend la migration",
    "waits for date_moved": "seulement si la date change",
}


def _why(why: str) -> str:
    """The reason in French where it has one; those that name other mails are left as the reports have them."""
    return f" ({_WHYS.get(why, _line(why))})" if why else ""


def _password(item: PasswordRecord | None, zone: tzinfo) -> str:
    if item is None:
        return "aucun nouveau mot de passe n’a été demandé : celui de l’ancienne interface est le seul connu"
    if item.state is Life.DESTROYED:
        told = f"communiqué le {_moment(item.delivered_at, zone)}, puis effacé ici" if item.delivered_at else (
            "mis en vigueur sans être communiqué, puis effacé ici" if item.set_at else "effacé sans avoir servi"
        )  # fmt: skip
        return f"n° {item.number} : {told}"
    since = item.delivered_at or item.set_at or item.held_at or item.planned_at
    return f"n° {item.number} : {_LIVES[item.state]}, depuis le {_moment(since, zone)}"


def _form(view: View, zone: tzinfo, personal: bool) -> Iterator[str]:
    answer = view.answer
    if answer is None:
        yield "pas de réponse"
        return
    yield f"répondu le {_moment(answer.answered_at, zone)}"
    yield "le mot de passe n’est pas connu du titulaire" if answer.password_unknown else "le mot de passe est connu"
    if answer.erased:
        yield "coordonnées effacées : la durée de conservation est écoulée"
        return
    for title, text in (
        ("personne de contact", answer.contact), ("téléphone", answer.phone), ("adresse de secours", answer.rescue),
    ):  # fmt: skip
        yield f"{title} : {(printable(text) if personal else NOT_SHOWN) if text else 'non communiqué'}"


def _desk(desk: Desk) -> str:
    return ", ".join(part for part in (desk.name, desk.phone, desk.address) if part)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _moment(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%d/%m/%Y %H:%M}" if at else "—"


def choices(asked: str, boxes: list[Box], total: int) -> str:
    """What is said when it is not clear which box is meant."""
    lines = [f"« {printable(asked)} » : {total} boîtes ; laquelle ?"]
    lines += [f"  {box.name}  {printable(box.unit.title)}, {printable(box.unit.localite or '—')}" for box in boxes]
    lines += [f"  et {total - len(boxes)} autres : précisez le nom"] if total > len(boxes) else []
    return _spaced("\n".join(lines))


def as_data(view: View, *, personal: bool) -> dict[str, object]:
    """The view as JSON can hold it; words are those of the ledger, moments are in UTC."""
    answer, password = view.answer, view.password
    return {
        "box": view.box.name,
        "address": view.box.address,
        "name": view.box.unit.title,
        "fase": view.box.unit.number,
        "kind": view.box.unit.kind,
        "campaign": view.campaign.name,
        "wave": view.wave or None,
        "cut_over": _iso(view.cut_over),
        "announced": _iso(view.promised),
        "stage": view.stage.name,
        "stage_confirmed": view.stage.confirmed,
        "mails": [
            {
                "step": item.step, "subject": item.subject, "recipient": item.role, "state": str(item.state),
                "at": _iso(item.at),
            }
            for item in view.past
        ],
        "coming": [
            {"step": item.step, "verdict": str(item.verdict), "day": _iso(item.day), "why": item.why}
            for item in view.coming
        ],
        "password": None
        if password is None
        else {
            "state": str(password.state),
            "number": password.number,
            "purpose": password.purpose,
            "set_at": _iso(password.set_at),
            "delivered_at": _iso(password.delivered_at),
        },
        "form": None
        if answer is None
        else {
            "answered_at": _iso(answer.answered_at),
            "password_unknown": answer.password_unknown,
            "erased": answer.erased,
            "rescue_known": answer.rescue is not None,
            **({"contact": answer.contact, "phone": answer.phone, "rescue": answer.rescue} if personal else {}),
        },
        "contacts": {
            topic: {"name": desk.name, "address": desk.address, "phone": desk.phone}
            for topic, desk in view.contacts.items()
        },
    }  # fmt: skip


def _iso(when: date | None) -> str | None:
    return when.isoformat() if when else None

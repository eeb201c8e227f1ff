"""From a judgement to the mail in the outbox: facts, template, letter, bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bma.campaign.model import Campaign, Mail
from bma.mail.addresses import address, domain_of
from bma.mail.facts import Addressee, facts
from bma.mail.faults import MailError
from bma.mail.identity import dated, envelope_id, message_id
from bma.mail.message import Letter, compose, digest_of
from bma.mail.secret import PASSWORD, Secrets, placeholder
from bma.mail.settings import Settings
from bma.mail.templates import Templates
from bma.store import Draft


@dataclass(frozen=True)
class Occasion:
    """Why a mail is written: its day, its attempt, the date of the cut-over and the one that was told before."""

    attempt: int
    day: date
    cut_over: date
    before: date | None


class Writer:
    """Writes the mails of one campaign."""

    def __init__(self, campaign: Campaign, settings: Settings, templates: Templates, secrets: Secrets) -> None:
        self.campaign = campaign
        self.settings = settings
        self.templates = templates
        self.secrets = secrets
        self._place = {mail.id: index for index, mail in enumerate(campaign.mails)}

    def lacking(self, mail: Mail, box: Addressee) -> str | None:
        """What is missing before this mail can be written; None when nothing is."""
        if self.templates.needs_secret(mail.template) and self.secrets.reference(box.name, mail.id) is None:
            return "no password is held for it yet"
        if not recipients(mail, box):
            return "no rescue address is known"
        return None

    def draft(self, mail: Mail, box: Addressee, occasion: Occasion) -> Draft:
        """The mail for the outbox. Raises :class:`~bma.mail.faults.MailError` naming the box for what cannot be."""
        try:
            return self._draft(mail, box, occasion)
        except MailError as error:
            raise MailError(f"{box.name}, mail {mail.id}: {error}") from error

    def _draft(self, mail: Mail, box: Addressee, occasion: Occasion) -> Draft:
        campaign = self.campaign
        sender = campaign.senders[mail.sender]
        identity = message_id(campaign.name, box.name, mail.id, occasion.attempt, domain_of(sender.address))
        to = {role: address(text, f"recipient {role}") for role, text in recipients(mail, box).items()}
        known = facts(
            campaign, box, sender, occasion.cut_over, occasion.before, self.settings.links, self.settings.texts
        )
        secret = self.secrets.reference(box.name, mail.id) if self.templates.needs_secret(mail.template) else None
        if secret is not None:
            known[PASSWORD] = placeholder()
        rendered = self.templates.render(mail.template, known)
        moment = dated(occasion.day, mail.opens, self._place[mail.id], self.settings.zone)
        relay = self.settings.relays.get(mail.sender)
        content = compose(
            Letter(
                identity,
                moment,
                (sender.name, address(sender.address, f"sender {mail.sender}")),
                relay.reply_to if relay else None,
                tuple(to.values()),
                rendered.subject,
                rendered.text,
                rendered.html,
                f"{campaign.name} {box.name} {mail.id} {occasion.attempt}",
                secret is not None,
                self.settings.attachments.get(mail.template, ()),
            )
        )
        return Draft(
            campaign.name,
            box.name,
            mail.id,
            occasion.attempt,
            mail.sender,
            identity,
            moment,
            occasion.day,
            occasion.cut_over,
            mail.announces,
            rendered.subject,
            content,
            digest_of(content),
            secret,
            to,
            {role: envelope_id(identity, role) for role in to},
        )


def recipients(mail: Mail, box: Addressee) -> Mapping[str, str]:
    """Role → address, in the order of the campaign file. A rescue address that is not known is left out."""
    known = {"box": box.address, "rescue": box.rescue}
    found = {role: text for role in mail.recipients if (text := known[role])}
    if "rescue" in found and found["rescue"].casefold() == box.address.casefold():
        del found["rescue"]
    return found

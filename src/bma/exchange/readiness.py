"""What must be there before the first box: objects of the organisation, and the rights of the account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bma.errors import BmaError
from bma.exchange.clixml import WireObject, text_of
from bma.exchange.inquiry import Inquiry
from bma.exchange.reading import SOURCES
from bma.policy import BoxFacts, Policy
from bma.resources.box import BOX
from bma.resources.commands import Command, Secret
from bma.resources.desired import Creation, desired_box
from bma.resources.needs import Rights, lacking, right, rights_of, together
from bma.resources.plan import new_mailbox

_PLACES = {"organizational_unit": "OrganizationalUnit", "database": "MailboxDatabase"}
"""Where new mailboxes go, and the noun of the cmdlets for such places."""
_SAMPLE = BoxFacts("ec000000@example.be", "-")


class NotReadyError(BmaError):
    """Something is missing that every box would fail for."""


class Readiness:
    """Whether a site can take a run with a policy."""

    def __init__(self, inquiry: Inquiry, *, read_only: bool) -> None:
        self._inquiry = inquiry
        self._read_only = read_only

    def require(self, policy: Policy, tell: Callable[[str], None]) -> None:
        """Require what every box would fail for otherwise; ``tell`` is given what some will be unknown for.

        Raises :class:`NotReadyError` naming all that is missing.
        """
        missing = list(self._missing_objects(policy))
        if missing:
            raise NotReadyError(
                "; ".join(missing), hint="Run playbooks/organization.yml first, or name another in the policy"
            )
        held = self.held(together([reads(policy), writes(policy)]))
        if held is None:
            tell("Exchange does not tell the rights of the account: what it lacks will be told box by box")
            return
        for name in lacking(reads(policy), held):
            tell(f"the account has no right to {name}: what it would tell is unknown for every box")
        absent = [] if self._read_only else lacking(writes(policy), held)
        if absent:
            raise NotReadyError(
                f"the account has no right to {', '.join(absent)}",
                hint="Give it the role group of playbooks/rights.yml, or leave those settings unmanaged in the policy",
            )

    def held(self, asked: Rights) -> dict[str, frozenset[str] | None] | None:
        """What of ``asked`` the account has, with the parameters of each cmdlet where the site tells them.

        ``None`` where the site does not say.
        """
        answer = self._inquiry.pool.run(Command("Get-Command", {"Name": sorted(asked)}))
        found = {
            str(text_of(item.get("Name"))): _parameters(item.get("Parameters"))
            for item in answer.objects
            if isinstance(item, WireObject) and item.get("Name")
        }
        return found or None

    def _missing_objects(self, policy: Policy) -> Iterator[str]:
        named = [(place, getattr(setting.kind, "noun", ""), name) for place, setting, name in policy.named()]
        named += [(f"creation.{key}", _PLACES[key], name) for key, name in policy.creation.items() if key in _PLACES]
        for place, noun, name in named:
            if self._is_absent(f"Get-{noun}", name):
                yield f"{place} is {name!r}, and there is no such object in Exchange"

    def _is_absent(self, cmdlet: str, name: str) -> bool:
        answer = self._inquiry.pool.run(Command(cmdlet, {"Identity": name} | self._inquiry.pin()))
        return any(error.absent for error in answer.errors)


def reads(policy: Policy) -> Rights:
    """The cmdlets that tell what a box is."""
    wanted = policy.settings(_SAMPLE)
    sources = [source for section, settings in wanted.items() if settings for source in SOURCES.get(section, ())]
    pin = {"DomainController": ""}
    calls = [call for source in sources for call in (source.of_one("", pin), *source.of_many("", pin))]
    searches = [right(f"Get-{noun}", "Filter", "ResultSize") for noun in ("Mailbox", "Recipient", "User")]
    return together([rights_of(calls), *searches, {"Get-ExchangeServer": frozenset()}])


def writes(policy: Policy) -> Rights:
    """The cmdlets that make a box what the policy says."""
    wanted = desired_box(_SAMPLE.address, policy.settings(_SAMPLE), Creation(**policy.creation))
    creation = rights_of([new_mailbox(wanted, Secret(""), "dc.example.be")])
    sections = [section for section in BOX if wanted.wanted(section)]
    return together([creation, *(section.writes(wanted.wanted(section)) for section in sections)])


def _parameters(answered: Any) -> frozenset[str] | None:
    if isinstance(answered, Mapping):
        return frozenset(map(str, answered))
    if isinstance(answered, list):
        names = [item.get("Name") if isinstance(item, WireObject) else item for item in answered]
        return frozenset(str(text_of(name)) for name in names if name)
    return None

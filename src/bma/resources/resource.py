"""A section that is one object of Exchange, read by a Get cmdlet and written, setting by setting, by a Set cmdlet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bma.resources.commands import Command
from bma.resources.needs import Rights, right
from bma.resources.observation import Observation, Unknown
from bma.resources.table import Change, Converged, Section, Setting, Target


@dataclass(frozen=True)
class Resource(Section):
    """One managed object. ``noun`` is the noun of its cmdlets."""

    noun: str

    @property
    def set_cmdlet(self) -> str:
        return f"Set-{self.noun}"

    @property
    def get_cmdlet(self) -> str:
        return f"Get-{self.noun}"

    @property
    def read_by(self) -> str:
        return self.get_cmdlet

    @property
    def written_by(self) -> tuple[str, ...]:
        return (self.set_cmdlet,)

    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        return right(self.set_cmdlet, *(setting.sent_as for setting in self._managed(wanted)))

    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        different = [setting for setting in self._managed(wanted) if self._differs(setting, wanted, observed)]
        return Converged(
            changes=tuple(self._change(setting, wanted, observed) for setting in different),
            commands=tuple(self._commands(different, wanted, observed, target)),
            unknown=self._unknown(wanted, observed),
        )

    def _managed(self, wanted: Mapping[str, Any]) -> list[Setting]:
        return [setting for setting in self.settings if setting.key in wanted]

    @staticmethod
    def _differs(setting: Setting, wanted: Mapping[str, Any], observed: Observation) -> bool:
        value = observed.get(setting.key)
        return not isinstance(value, Unknown) and not setting.kind.met(wanted[setting.key], value)

    def _change(self, setting: Setting, wanted: Mapping[str, Any], observed: Observation) -> Change:
        before, after = observed.get(setting.key), wanted[setting.key]
        return Change(
            self.key,
            setting.key,
            setting.kind.shown(before) if before is not None else None,
            setting.kind.shown(after) if after is not None else None,
        )

    def _commands(
        self, different: list[Setting], wanted: Mapping[str, Any], observed: Observation, target: Target
    ) -> Iterator[Command]:
        """One Set call for what differs and what must travel with it, and one for each group that goes apart."""
        together = {setting.sent_with for setting in different} - {None}
        shared = [
            setting
            for setting in self._managed(wanted)
            if setting.apart is None
            and (setting in different or setting.sent_with in together)
            and not isinstance(observed.get(setting.key), Unknown)
        ]
        apart = dict.fromkeys(setting.apart for setting in different if setting.apart)
        calls = [shared] if shared else []
        calls += [[setting for setting in different if setting.apart == word] for word in apart]
        for settings in calls:
            sent = {setting.sent_as: _sent(setting, wanted, observed) for setting in settings}
            sent |= dict.fromkeys(self._cleared(settings, different, wanted))
            yield Command(self.set_cmdlet, target.parameters(**sent))

    def _cleared(self, settings: list[Setting], different: list[Setting], wanted: Mapping[str, Any]) -> Iterator[str]:
        """The parameters of what would not be valid any more after a call with these settings."""
        changing = {setting.key for setting in settings if setting in different}
        for setting in self.settings:
            if setting.key not in wanted and setting.cleared_with in changing:
                yield setting.sent_as


def _sent(setting: Setting, wanted: Mapping[str, Any], observed: Observation) -> Any:
    value = wanted[setting.key]
    return None if value is None else setting.kind.parameter(value, observed.get(setting.key))

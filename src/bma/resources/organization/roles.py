"""The table of management roles: what an account or a holder may run, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from bma.resources.commands import Command
from bma.resources.kinds import Kind, Name, NotUnderstoodError, Text, scalar_text
from bma.resources.needs import Rights, right, together
from bma.resources.observation import Observation, Unknown, observe
from bma.resources.organization.site_object import Fact, Properties, Rows, SiteObject
from bma.resources.table import Change, Converged, Target

ENTRIES, WITHOUT = "entries", "without"

COMMON = frozenset(
    "Confirm Debug ErrorAction ErrorVariable InformationAction InformationVariable OutBuffer OutVariable"
    " PipelineVariable Verbose WarningAction WarningVariable WhatIf".casefold().split()
)
"""Parameters that every cmdlet has: a role that is cut down keeps them."""

Held = Mapping[str, tuple[str, ...]]
"""Cmdlet to its parameters."""


class Entries(Kind):
    """Cmdlets with their parameters. Letter case does not count; the names are kept as they were written."""

    word = "cmdlets with lists of parameters"
    schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string", "pattern": "^[A-Za-z0-9]+$"}},
    }

    def normal(self, written: Any) -> dict[str, tuple[str, ...]]:
        if not isinstance(written, Mapping) or not all(
            isinstance(listed, list | tuple) and all(isinstance(one, str) and one for one in listed)
            for listed in written.values()
        ):
            raise NotUnderstoodError("cmdlets, each with a list of parameters, are expected")
        return {str(name): tuple(sorted(set(written[name]), key=str.casefold)) for name in sorted(written)}

    def read(self, answered: Any) -> Any:
        return answered

    def shown(self, value: Any) -> dict[str, list[str]]:
        return {name: sorted(parameters) for name, parameters in value.items()}


class _ManagementRole(SiteObject):
    """A clone of another role, cut down: to some entries (`entries`), or by some parameters (`without`)."""

    def identity(self, name: str, answer: Properties) -> str:
        """Its name: entries are named ``role\\cmdlet``."""
        return scalar_text(answer.get("Name")) or name

    def further(self, name: str, domain_controller: str | None) -> tuple[Command, ...]:
        return (_entries_of(name, domain_controller),)

    def model(self, wanted: Mapping[str, Any], domain_controller: str | None) -> tuple[Command, ...]:
        return (_entries_of(str(wanted["parent"]), domain_controller),) if wanted.get("parent") else ()

    def read_as(self, answer: Properties, further: tuple[Rows, ...]) -> Observation:
        known = {**observe(self.settings, answer), WITHOUT: None}
        return {**known, ENTRIES: held_entries(further[0] if further else Unknown("it was not asked for"))}

    def newborn(self, wanted: Mapping[str, Any], further: tuple[Rows, ...] = ()) -> Observation:
        """A clone has what its parent has; ``EnabledCmdlets`` leaves the others out from the start."""
        held = held_entries(further[0] if further else Unknown("the parent role was not asked for"))
        if ENTRIES in wanted and not isinstance(held, Unknown):
            kept = {name.casefold() for name in wanted[ENTRIES]}
            held = {name: parameters for name, parameters in held.items() if name.casefold() in kept}
        return {**super().newborn(wanted), ENTRIES: held, WITHOUT: None}

    def creation(self, name: str, wanted: Mapping[str, Any], domain_controller: str | None) -> Command:
        command = super().creation(name, wanted, domain_controller)
        enabled = {"EnabledCmdlets": list(wanted[ENTRIES])} if ENTRIES in wanted else {}
        return Command(command.cmdlet, {**command.parameters, **enabled})

    def contradictions(self, wanted: Mapping[str, Any]) -> list[str]:
        return ["entries excludes without"] if ENTRIES in wanted and WITHOUT in wanted else []

    def converge(self, wanted: Mapping[str, Any], observed: Observation, target: Target) -> Converged:
        key = ENTRIES if ENTRIES in wanted else WITHOUT
        held = observed.get(ENTRIES)
        if key not in wanted:
            return Converged()
        if not isinstance(held, Mapping):
            reason = held.reason if isinstance(held, Unknown) else "it was not asked for"
            return Converged(unknown={f"{self.key}.{key}": reason})
        cut = _only if key == ENTRIES else _less
        steps = list(cut(wanted[key], held, target))
        before = {name: before for name, before, _, _ in steps if before is not None}
        after = {name: after for name, _, after, _ in steps if after is not None}
        changes = (Change(self.key, key, before or None, after or None),) if steps else ()
        return Converged(changes, tuple(command for *_, command in steps))

    @property
    def written_by(self) -> tuple[str, ...]:
        verbs = ("Add", "Set", "Remove")
        return (f"New-{self.noun}", *(f"{verb}-ManagementRoleEntry" for verb in verbs), f"Remove-{self.noun}")

    def writes(self, wanted: Mapping[str, Any]) -> Rights:
        new = {f"New-{self.noun}": frozenset(self.creation("-", wanted, "-").parameters)}
        edits = [
            right("Set-ManagementRoleEntry", "Parameters", "RemoveParameter"),
            right("Add-ManagementRoleEntry", "Parameters"),
            right("Remove-ManagementRoleEntry", "Confirm"),
        ]
        return together([new, *edits])


def held_entries(rows: Rows) -> Any:
    """The entries of a role from what ``Get-ManagementRoleEntry`` answered, or why they are not known."""
    if isinstance(rows, Unknown):
        return rows
    held: dict[str, tuple[str, ...]] = {}
    for row in rows:
        name, parameters = scalar_text(row.get("Name")), row.get("Parameters")
        if not name or not isinstance(parameters, list):
            return Unknown("Exchange answered a role entry without name or parameters")
        held[name] = tuple(sorted((str(scalar_text(one)) for one in parameters), key=str.casefold))
    return held


def _entries_of(role: str, domain_controller: str | None) -> Command:
    pin = {"DomainController": domain_controller} if domain_controller else {}
    return Command("Get-ManagementRoleEntry", {"Identity": f"{role}\\*", **pin})


_Step = tuple[str, list[str] | None, list[str] | None, Command]
"""Cmdlet, its parameters before and after, the command between the two."""


def _only(wanted: Held, held: Held, target: Target) -> Iterator[_Step]:
    """The steps to exactly these entries with these parameters and the common ones."""
    lower = {name.casefold(): name for name in held}
    kept = {name.casefold() for name in wanted}
    for name, parameters in wanted.items():
        known = lower.get(name.casefold())
        if known is None:
            yield name, None, list(parameters), _edit("Add", name, target, Parameters=list(parameters))
            continue
        common = [one for one in held[known] if one.casefold() in COMMON]
        needed = {one.casefold() for one in (*parameters, *common)}
        if {one.casefold() for one in held[known]} != needed:
            exact = sorted({one.casefold(): one for one in (*common, *parameters)}.values(), key=str.casefold)
            # An empty list is sent as null, which is how Exchange is told to leave none.
            yield known, list(held[known]), exact, _edit("Set", known, target, Parameters=exact or None)
    for name in held:
        if name.casefold() not in kept:
            yield name, list(held[name]), None, _edit("Remove", name, target, Confirm=False)


def _less(wanted: Held, held: Held, target: Target) -> Iterator[_Step]:
    """The steps to entries without these parameters; a cmdlet that the role lacks altogether lacks them too."""
    lower = {name.casefold(): name for name in held}
    for name, parameters in wanted.items():
        known = lower.get(name.casefold())
        unwanted = {one.casefold() for one in parameters}
        gone = [one for one in held[known] if one.casefold() in unwanted] if known else []
        if known and gone:
            left = [one for one in held[known] if one not in gone]
            command = _edit("Set", known, target, Parameters=gone, RemoveParameter=True)
            # What is out, before and after: the list of what is left is long, and reads the other way round.
            out = {one.casefold() for one in left}
            yield (
                known,
                [one for one in parameters if one not in gone and one.casefold() not in out],
                list(parameters),
                command,
            )


def _edit(verb: str, entry: str, target: Target, **parameters: Any) -> Command:
    said = target.parameters(**parameters)
    return Command(f"{verb}-ManagementRoleEntry", {**said, "Identity": f"{target.identity}\\{entry}"})


MANAGEMENT_ROLE = _ManagementRole(
    key="management_role",
    noun="ManagementRole",
    words="management role",
    meaning="Which cmdlets and parameters those may run who are assigned the role: a clone of another one, cut down.",
    example=(
        "BMA MyBaseOptions",
        {"parent": "MyBaseOptions", "without": {"Set-Mailbox": ["ForwardingAddress", "ForwardingSmtpAddress"]}},
    ),
    changes=False,
    settings=(
        Fact(
            key="parent",
            wire="Parent",
            kind=Name("ManagementRole"),
            meaning="The role that it is a clone of. Exchange cannot change it later.",
            new=True,
            needed=True,
            fixed=True,
        ),
        Fact(
            key="description",
            wire="Description",
            kind=Text(1024),
            meaning="What people should know of it. Exchange cannot change it later, and neither does this.",
            new=True,
        ),
        Fact(
            key=ENTRIES,
            wire="RoleEntries",
            kind=Entries(),
            meaning="The cmdlets, and the parameters of each, that it is cut down to, with the parameters that every"
            " cmdlet has.",
        ),
        Fact(
            key=WITHOUT,
            wire="RoleEntries",
            kind=Entries(),
            meaning="Instead: the parameters that are taken out of it, cmdlet by cmdlet. All else is left to it.",
        ),
    ),
)

"""The kinds of value a setting can have: how policy writes it, how Exchange answers it, when two are the same.

A kind turns both sides into one *normal form*, so that an idempotence trap (a size told in other units, an address in
other letters, an empty string for a null) is handled in one place.
"""

from bma.resources.kinds.address import Address, NoRecipient, OptionalAddress
from bma.resources.kinds.kind import Kind, NotUnderstoodError, scalar_text
from bma.resources.kinds.scalar import Caseless, Choice, Count, Flag, Name, OneOf, OptionalFlag, Text
from bma.resources.kinds.several import Aliases, Destinations, Names
from bma.resources.kinds.size import Size

__all__ = [
    "Address",
    "Aliases",
    "Caseless",
    "Choice",
    "Count",
    "Destinations",
    "Flag",
    "Kind",
    "Name",
    "Names",
    "NoRecipient",
    "NotUnderstoodError",
    "OneOf",
    "OptionalAddress",
    "OptionalFlag",
    "Size",
    "Text",
    "scalar_text",
]

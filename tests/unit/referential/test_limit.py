"""What a limit names that is not there."""

from __future__ import annotations

import pytest

from bma.referential.limit import unknown_names

NAMES = ["ec001394", "ec001395", "po001347", "bassin_namur", "wave_01"]


@pytest.mark.parametrize(
    "limit", ["", "ec001394", "ec001394,po001347", "bassin_namur:!ec001394", "ec0*", "@retry", "all", "~ec.*"]
)
def test_what_is_there_is_not_told(limit: str) -> None:
    assert unknown_names(limit, NAMES) == []


def test_what_is_not_there_is_told_with_what_is_close() -> None:
    (told,) = unknown_names("EC001394:&bassin_namur", NAMES)
    assert told == ("EC001394", ["ec001394", "ec001395"])


def test_each_unknown_name_is_told() -> None:
    assert [name for name, _ in unknown_names("ec9,wave_99,ec001394", NAMES)] == ["ec9", "wave_99"]

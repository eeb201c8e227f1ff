"""Mailboxes from the wire into values: our reader beside the library's own, on what the lab renders."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pypsrp.powershell import PowerShell
from pypsrp.serializer import Serializer

from bench.bulk_read import bulk_read
from bench.endpoint import Endpoint
from bench.plan import Say, Sizes
from bench.sequential import open_pool
from bench.side_by_side import Spread, interleaved, ratios
from bench.table import Row
from bench.workspace import workspace
from bma.exchange.clixml import deserialize

TARGET = 2.5


class _Capture(Serializer):
    """Keeps the text of every object of a pipeline's output, and reads none of them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def deserialize(self, element: Any, metadata: Any = None, clear: bool = True) -> Any:
        if isinstance(element, str) and metadata is None:
            self.texts.append(element)
            return None
        return super().deserialize(element, metadata, clear)


def bench_deserialize(folder: Path, sizes: Sizes, say: Say) -> list[Row]:
    """The rows, in CPU seconds. A check's reading adds transport, and all sections of each box."""
    site = workspace(folder, sizes.mailboxes)
    with Endpoint(site.lab) as endpoint:
        endpoint.seed(site.conform())
        say(f"capturing {len(site.boxes)} mailboxes as the lab renders them")
        texts = captured(endpoint)
        sample = texts[: sizes.library_sample]
        library = Serializer()

        def read() -> float:
            return bulk_read(endpoint, [box.address for box in site.boxes], site.log("bulk_read"))["cpu"]

        contestants: dict[str, Callable[[], float]] = {
            "bma.exchange.clixml": lambda: cpu_of(deserialize, texts),
            "pypsrp's serializer": lambda: cpu_of(library.deserialize, sample) * len(texts) / len(sample),
            "reading": read,
        }
        took = interleaved(contestants, sizes.read_rounds, say)
    return rows(len(texts), len(sample), *took.values())


def captured(endpoint: Endpoint) -> list[str]:
    """The CLIXML of every mailbox, one text each."""
    audit = str(endpoint.password_file("audit"))
    pool = open_pool(endpoint.uri, str(endpoint.ca_file), "audit@lab.example", audit)
    capture = _Capture()
    pool._serializer = pool._fragmenter.serializer = capture
    PowerShell(pool).add_cmdlet("Get-Mailbox").add_parameter("ResultSize", "Unlimited").invoke()
    pool.close()
    return capture.texts


def cpu_of(read: Callable[[str], Any], texts: Sequence[str]) -> float:
    """CPU seconds to read ``texts``, all values kept until the end as a session keeps them."""
    gc.collect()
    began = time.process_time()
    values = [read(text) for text in texts]
    took = time.process_time() - began
    assert len(values) == len(texts)
    return took


def rows(
    mailboxes: int, sample: int, ours: Sequence[float], library: Sequence[float], reading: Sequence[float]
) -> list[Row]:
    """The figures of the rounds, ``library`` already extrapolated."""
    return [
        Row(f"{mailboxes} mailboxes of 228 properties, bma.exchange.clixml, CPU", Spread.of(ours), "s", TARGET),
        Row(f"the same by pypsrp's serializer, CPU (from {sample})", Spread.of(library), "s"),
        Row("pypsrp's serializer / bma.exchange.clixml, CPU", ratios(library, ours)),
        Row(f"reading all sections of {mailboxes} boxes as the keeper does it, CPU", Spread.of(reading), "s"),
        Row("reading / deserializing alone, CPU", ratios(reading, ours)),
    ]

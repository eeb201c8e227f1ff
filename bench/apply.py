"""New boxes made by the product, by a plain sequential script, and by an ordinary module with a session a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.endpoint import Endpoint
from bench.limit import Delays, Ran, ran
from bench.plan import Say, Sizes
from bench.playbook import FLOOR, NAIVE, WAVE, play
from bench.sequential import sequential
from bench.side_by_side import Spread, interleaved, ratios
from bench.table import Row, number
from bench.workspace import SESSIONS, Workspace, workspace

TARGET = 1.3
DELAYS = Delays(cmdlet=0.1, opening=2.0, sessions=SESSIONS)
QUOTA = 40
"""Sessions allowed at once. Exchange's 18 would refuse some of the module's, one for each of 20 forks."""


@dataclass(frozen=True)
class Apply:
    """One apply: wall-clock ``seconds`` and what the endpoint saw."""

    seconds: float
    ran: Ran

    @property
    def limit(self) -> float:
        """The least seconds for all of it."""
        return DELAYS.limit(self.ran.writes, self.ran.reads)


def bench_apply(folder: Path, sizes: Sizes, say: Say) -> list[Row]:
    """The rows: the apply against its limit, and the two other ways against the apply, extrapolated from a sample."""
    site = workspace(folder, sizes.new_boxes)
    with Endpoint(site.lab, session_quota=QUOTA) as endpoint:
        site.point_to(endpoint.uri)
        endpoint.knob("latency", DELAYS.cmdlet * 1000)
        endpoint.knob("open_latency", DELAYS.opening * 1000)
        ways = _Ways(site, endpoint, sizes.sample)
        applies: list[Apply] = []

        def product() -> float:
            applies.append(ways.product())
            return applies[-1].seconds

        contestants = {"product": product, "sequential script": ways.script, "module with a session a box": ways.module}
        took = interleaved(contestants, sizes.apply_rounds, say)
    say(formula(applies[-1], len(site.boxes)))
    return rows(len(site.boxes), sizes.sample, applies, took["sequential script"], took["module with a session a box"])


class _Ways:
    """The three ways, each on an empty directory; seconds for all boxes."""

    def __init__(self, site: Workspace, endpoint: Endpoint, sample: int) -> None:
        self._site, self._endpoint, self._sample = site, endpoint, sample

    def product(self) -> Apply:
        self._endpoint.reset()
        took = play(WAVE, self._site, "--limit", "all", expect={"changed": len(self._site.boxes)})
        return Apply(took.seconds, ran(self._endpoint.journal()))

    def script(self) -> float:
        self._endpoint.reset()
        took = sequential(self._endpoint, self._site.creations(self._sample), self._site.log("sequential"))
        return extrapolated(took["opening"], took["boxes"], self._sample, len(self._site.boxes))

    def module(self) -> float:
        """Forks as in ansible.cfg. What Ansible takes to start is measured with one box that nothing is done with."""
        self._endpoint.reset()
        names = [box.name for box in self._site.boxes[: self._sample]]
        start = play(FLOOR, self._site, "--limit", names[0], expect={"unchanged": 1}).seconds
        chosen = f"bench_boxes={','.join(names)}"
        took = play(NAIVE, self._site, "-e", chosen, expect={"changed": len(names)}).seconds
        return extrapolated(start, took - start, self._sample, len(self._site.boxes))


def extrapolated(once: float, sample_seconds: float, sample: int, boxes: int) -> float:
    """Seconds for ``boxes``, from those of a ``sample`` and what is spent ``once`` whatever the number."""
    return once + sample_seconds * boxes / sample


def formula(apply: Apply, boxes: int) -> str:
    """How the limit of the last round came about."""
    counted = apply.ran
    each = counted.writes / boxes
    return (
        f"limit = open {number(DELAYS.opening)} s + ({boxes} boxes x {number(each)} writing cmdlets"
        f" + {counted.reads} reading cmdlets) x {number(DELAYS.cmdlet)} s / {DELAYS.sessions} sessions"
        f" = {number(apply.limit)} s; the reading back took {number(counted.read_back_seconds)} s of the run"
    )


def rows(
    boxes: int, sample: int, applies: Sequence[Apply], script: Sequence[float], module: Sequence[float]
) -> list[Row]:
    """The figures of the rounds."""
    whole = [apply.seconds for apply in applies]
    return [
        Row(f"apply of {boxes} new boxes", Spread.of(whole), "s"),
        Row("apply: cmdlets that write, a box", Spread.of([apply.ran.writes / boxes for apply in applies]), ""),
        Row("apply / limit", ratios(whole, [apply.limit for apply in applies]), target=TARGET),
        Row(f"sequential pypsrp script / apply (from {sample} boxes)", ratios(script, whole)),
        Row(f"module with a session a box / apply (from {sample} boxes)", ratios(module, whole)),
    ]

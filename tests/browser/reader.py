"""What somebody sees of a page: its width, letters, colours, what does not fit, and what it asks the network for."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.browser.chromium import Chromium, DevToolsError

PHONE, DESKTOP, NARROWEST = 360, 1280, 320
"""Widths in CSS pixels. At 320 WCAG 1.4.10 still forbids scrolling in two directions."""
UPRIGHT, ACROSS = 718, 1009
"""What A4 has between margins, upright of 10 mm and across of 15 mm, in CSS pixels."""
SMALLEST, SMALLEST_PRINTED = 14.0, 12.0
"""The smallest letters that may be used, in CSS pixels; on paper 9 points."""

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
_MEASURES = Path(__file__).with_name("measures.js")


@cache
def _axe() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Opened:
    """A page that is open. Everything it gives is of this moment, as this reader sees it."""

    browser: Chromium
    session: str
    url: str
    width: int

    def does(self, expression: str) -> Any:
        """The value of an expression of JavaScript, run by the browser and not by the page."""
        told = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise DevToolsError(json.dumps(told["exceptionDetails"])[:2000])
        return told["result"].get("value")

    def violations(self) -> list[str]:
        """What axe-core holds against the page, and the contrasts that it could not judge."""
        self.does(_axe())
        wanted = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations", "incomplete"]}
        found = self.does(f"axe.run(document, {json.dumps(wanted)})")
        doubts = [result for result in found["incomplete"] if result["id"] == "color-contrast"]
        return [
            f"{result['id']}: {node['html']}: {node['failureSummary']}"
            for result in [*found["violations"], *doubts]
            for node in result["nodes"]
        ]

    def misfits(self, smallest: float = SMALLEST) -> list[str]:
        """Text that is too small, hidden, cut or beyond the edge; anything that must be scrolled sideways."""
        measures = _MEASURES.read_text(encoding="utf-8")
        return [str(line) for line in self.does(f"({measures})({self.width}, {smallest})")]

    def text(self) -> str:
        """All that can be read."""
        return str(self.does("document.body.innerText"))

    def needs(self) -> list[str]:
        """What was asked of the network, the page itself aside, and the scripts that the page would run."""
        scripts = (
            "[...document.querySelectorAll('*')].filter(one => one.matches('script, iframe, object, embed')"
            " || one.getAttributeNames().some(name => name.startsWith('on'))"
            " || /^javascript:/i.test(one.getAttribute('href') || '')).map(one => one.outerHTML)"
        )
        asked = [
            told["params"]["request"]["url"]
            for told in self.browser.events
            if told["method"] == "Network.requestWillBeSent" and told.get("sessionId") == self.session
        ]
        return [url for url in asked if url != self.url] + list(self.does(scripts))

    def picture(self, path: Path) -> None:
        """The whole page as a PNG file."""
        told = self._call("Page.captureScreenshot", captureBeyondViewport=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(told["data"]))

    def pdf(self) -> bytes:
        """The page as it is printed on A4."""
        told = self._call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        return base64.b64decode(told["data"])

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **params)


@contextmanager
def opened(browser: Chromium, path: Path, width: int, scheme: str = "light", media: str = "screen") -> Iterator[Opened]:
    """The page in ``path`` as it is seen in a window of ``width`` by somebody who prefers a light or dark ``scheme``.

    Up to 600 pixels the window is a telephone's: a page that does not say that it fits one is made small there.
    """
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = str(browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width <= 600}
    preferred = [{"name": "prefers-color-scheme", "value": scheme}]
    try:
        for domain in ("Page", "Network", "Runtime"):
            browser.call(f"{domain}.enable", session)
        browser.call("Emulation.setDeviceMetricsOverride", session, **size)
        browser.call("Emulation.setEmulatedMedia", session, media=media, features=preferred)
        browser.call("Page.navigate", session, url=path.as_uri())
        browser.wait_for("Page.loadEventFired", session)
        yield Opened(browser, session, path.as_uri(), width)
    finally:
        browser.call("Target.closeTarget", targetId=target)
        browser.events.clear()

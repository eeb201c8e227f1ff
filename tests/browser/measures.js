// Given to the browser as a function: pixels of the window and of the smallest letters → what a reader would miss.
(room, smallest) => {
  const width = document.documentElement.clientWidth, found = new Set();
  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  // A telephone zooms out of a page that does not say that it fits.
  if (width > room) found.add(`laid out ${width} px wide for a window of ${room} px`);
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  const whole = document.scrollingElement;
  if (whole.scrollWidth > width) found.add(`the page is ${whole.scrollWidth} px wide, the window ${width} px`);
  for (const one of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(one), wide = one.scrollWidth > one.clientWidth + 1;
    const high = one.scrollHeight > one.clientHeight + 1;
    if (!one.getClientRects().length || style.display === "inline") continue;
    if (wide && style.overflowX !== "visible") found.add(`scrolled or cut sideways: ${short(one.textContent)}`);
    if (high && style.overflowY !== "visible") found.add(`scrolled or cut below: ${short(one.textContent)}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.data.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter((box) => box.width && box.height);
    const size = parseFloat(getComputedStyle(text.parentElement).fontSize);
    if (boxes.length && size < smallest - 0.01) found.add(`letters of ${size} px: ${short(text.data)}`);
    for (const word of text.data.matchAll(/(?<!\S)[^\s-]{2,16}(?!\S)/g)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) found.add(`broken in two: ${word[0]}`);
    }
    if (boxes.some((box) => box.right > width + 1 || box.left < -1)) found.add(`beyond the edge: ${short(text.data)}`);
  }
  return [...found];
}

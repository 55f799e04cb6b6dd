"""Draws what a card's preview image is put together from (campaigns/web/card_picture.py): its ground, figures, words.

Run by hand when the drawing changes: PYTHONPATH=. .venv/bin/python tools/card_letters.py. It needs Chromium and a Chinese
font, which the machine of the show does not: that one only copies strips of grey.
"""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from campaigns.web.card_picture import HEIGHT, LETTERS, WIDTH, packed_grey

DRAW = """([width, height]) => {
  const canvas = document.createElement("canvas");
  canvas.width = width; canvas.height = height + 1000;
  const ink = canvas.getContext("2d");
  const font = (weight, size) => { ink.font = `${weight} ${size}px "Noto Sans CJK SC", sans-serif`; };
  ink.strokeStyle = ink.fillStyle = "#fff"; ink.textBaseline = "alphabetic"; ink.lineCap = "round";
  ink.save(); ink.beginPath(); ink.rect(0, 0, width, height); ink.clip();
  ink.globalAlpha = 0.1; ink.lineWidth = 84;
  ink.beginPath(); ink.arc(930, 330, 300, -Math.PI * 0.36, Math.PI * 1.36); ink.stroke();
  ink.restore(); ink.strokeStyle = ink.fillStyle = "#fff"; ink.lineCap = "round";
  ink.globalAlpha = 1; ink.lineWidth = 12;
  ink.beginPath(); ink.arc(902, 552, 26, -Math.PI * 0.3, Math.PI * 1.3); ink.stroke();
  font(850, 54); ink.fillText("Fanfare", 944, 571);
  const found = {};
  let x = 0, y = height, tallest = 0;
  const put = (kind, text, weight, size) => {
    font(weight, size);
    const wide = Math.ceil(ink.measureText(text).width), tall = Math.ceil(size * 1.2);
    if (x + wide > width) { x = 0; y += tallest; tallest = 0; }
    ink.fillText(text, x, y + Math.round(size * 0.95));
    found[`${kind} ${text}`] = [x, y, wide, tall];
    x += wide + 4; tallest = Math.max(tallest, tall);
  };
  for (const figure of "0123456789,") put("big", figure, 900, 250);
  for (const figure of "0123456789,/") put("small", figure, 800, 96);
  for (const word of ["名次", "Rank", "分", "points"]) put("word", word, 700, 64);
  y += tallest;
  const data = ink.getImageData(0, 0, width, y).data, alpha = new Uint8Array(width * y);
  for (let i = 0; i < alpha.length; i += 1) alpha[i] = data[4 * i + 3];
  let text = "";
  for (const each of alpha) text += String.fromCharCode(each);
  return [btoa(text), y, found];
}"""


def main() -> None:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        drawn, height, found = browser.new_page().evaluate(DRAW, [WIDTH, HEIGHT])
        browser.close()
    Path(LETTERS).with_suffix(".png").write_bytes(packed_grey(base64.b64decode(drawn), WIDTH, height))
    Path(LETTERS).with_suffix(".json").write_text(
        json.dumps(found, ensure_ascii=False, indent=0, sort_keys=True) + "\n"
    )


if __name__ == "__main__":
    main()

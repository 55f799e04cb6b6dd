/**
 * How well every text in sight stands out from what really lies under it: [{ratio, wanted, text, where, ink, under}].
 *
 * Given a photograph of the page without its letters (and one with them, where something is faded): gradients,
 * pseudo-elements, bars that grow under a name are all in the picture, which no walk over computed styles would see.
 * The ink is the computed colour; under a faded ancestor, the pixel of the text that stands out most. Of several points
 * of a text the worst counts. Large is WCAG's: from 24 px, or from 18.66 px in bold. Disabled controls are not asked.
 */
async ([lettered, bare]) => {
  const picture = async (base64) => {
    const raw = atob(base64);
    const bytes = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
    canvas.drawImage(bitmap, 0, 0);
    return canvas;
  };
  const [written, ground] = [lettered && (await picture(lettered)), await picture(bare)];
  const one = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (css) => {
    one.clearRect(0, 0, 1, 1);
    one.fillStyle = css;
    one.fillRect(0, 0, 1, 1);
    return [...one.getImageData(0, 0, 1, 1).data];
  };
  const linear = (each) => (each / 255 <= 0.04045 ? each / 3294.6 : ((each / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ratio = (a, b) => {
    const [dim, bright] = [light(a), light(b)].sort((x, y) => x - y);
    return (bright + 0.05) / (dim + 0.05);
  };
  const opacity = (el) => (el ? Number(getComputedStyle(el).opacity) * opacity(el.parentElement) : 1);
  // The pixel that stands out most from whatever is under it is the darkest or the brightest one.
  const LINEAR = Float64Array.from({ length: 256 }, (_, value) => linear(value));
  const extremes = (box) => {
    const { data } = written.getImageData(box.left, box.top, Math.ceil(box.width), Math.ceil(box.height));
    let [dim, bright, darkest, brightest] = [Infinity, -1, 0, 0];
    for (let at = 0; at < data.length; at += 4) {
      const here = 0.2126 * LINEAR[data[at]] + 0.7152 * LINEAR[data[at + 1]] + 0.0722 * LINEAR[data[at + 2]];
      if (here < dim) [dim, darkest] = [here, at];
      if (here > bright) [bright, brightest] = [here, at];
    }
    return [darkest, brightest].map((at) => [...data.subarray(at, at + 3)]);
  };
  const boldest = (inks, under) => inks.reduce((best, ink) => (ratio(ink, under) > ratio(best, under) ? ink : best), under);

  const measure = (node) => {
    const el = node.parentElement;
    if (!node.textContent.trim() || el.closest(":disabled, [aria-hidden=true], .visually-hidden, option, script, style, noscript")) return null;
    if (!el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return null;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = [...range.getClientRects()].find((each) => each.width > 1 && each.height > 1);
    const middle = box && [box.left + box.width / 2, box.top + box.height / 2];
    if (!box || !document.elementsFromPoint(...middle).includes(el)) return null;
    const style = getComputedStyle(el);
    const [r, g, b, a] = rgba(style.color);
    const px = parseFloat(style.fontSize);
    const wanted = px >= 24 || (px >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const inks = written && opacity(el) < 1 ? extremes(box) : null;
    let worst = null;
    for (const part of [0.05, 0.5, 0.95]) {
      const under = [...ground.getImageData(box.left + box.width * part, middle[1], 1, 1).data].slice(0, 3);
      const ink = inks ? boldest(inks, under) : [r, g, b].map((each, at) => (each * a + under[at] * (255 - a)) / 255);
      const found = ratio(ink, under);
      if (!worst || found < worst.ratio) worst = { ratio: Number(found.toFixed(2)), ink: ink.map(Math.round).join(" "), under: under.join(" ") };
    }
    const where = `${el.tagName.toLowerCase()}.${el.className} in .${el.parentElement?.className}`;
    return { ...worst, wanted, text: node.textContent.trim().slice(0, 40), where };
  };

  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) found.push(measure(texts.currentNode));
  return found.filter(Boolean);
};

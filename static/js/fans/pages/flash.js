/** The page that measures a stream: one tap at each flash, then the form goes by itself with how long ago each tap was. */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.flash"));

/** @param {HTMLFormElement} form */
function listen(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector(".flash__tap"));
  const wanted = Number(form.dataset.flashes);
  /** @type {number[]} */
  let taps = [];
  const show = () => {
    const next = String(Math.min(taps.length + 1, wanted));
    for (const place of form.querySelectorAll("[data-count], [data-next]")) place.textContent = next;
    button.disabled = taps.length >= wanted;
  };
  const tap = () => {
    if (taps.length >= wanted) return;
    taps.push(performance.now());
    show();
    if (taps.length === wanted) void send(form, taps);
  };
  // The touch itself counts, not its end.
  button.addEventListener("pointerdown", (event) => event.button === 0 && tap());
  button.addEventListener("keydown", (event) => {
    if (event.repeat || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    tap();
  });
  form.addEventListener("reset", () => {
    taps = [];
    show();
  });
  show();
}

/** What is sent needs half a round trip to arrive: the taps are that much older then. @param {HTMLFormElement} form @param {number[]} taps */
async function send(form, taps) {
  let trip = 0;
  try {
    await fetch(location.href, { method: "HEAD", cache: "no-store" }); // opens the connection
    const sent = performance.now();
    await fetch(location.href, { method: "HEAD", cache: "no-store" });
    trip = performance.now() - sent;
  } catch {
    // without it then: a stream is late by seconds
  }
  const said = /** @type {HTMLInputElement} */ (form.elements.namedItem("taps"));
  said.value = taps.map((at) => (performance.now() - at + trip / 2).toFixed(0)).join(" ");
  form.submit();
}

if (form) listen(form);

export {}; // a module: what it names is its own

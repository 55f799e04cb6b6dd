/** The page's wire against a server that does as it is told: who comes, how often, and who is not let in at once. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";

import { WebSocketServer } from "ws";

const OPEN = '0{"sid":"e1","upgrades":[],"pingInterval":60000,"pingTimeout":60000,"maxPayload":8192}';

/** What the page hears of its window: `awake` is the fan looking at it again. */
function windowOf() {
  /** @type {Map<string, () => void>} */
  const listeners = new Map();
  const listen = (/** @type {string} */ name, /** @type {() => void} */ heard) => void listeners.set(name, heard);
  const forget = (/** @type {string} */ name) => void listeners.delete(name);
  const document = { visibilityState: "visible", addEventListener: listen, removeEventListener: forget };
  Object.assign(globalThis, { document, addEventListener: listen, removeEventListener: forget });
  return () => listeners.get("visibilitychange")?.();
}

/** `said`: all that pages have sent; `until(many)`: that so much has come; `tell`: to the newest page. */
async function house() {
  const server = new WebSocketServer({ port: 0 });
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  Object.assign(globalThis, { location: { protocol: "http:", host: `127.0.0.1:${port}`, hostname: "127.0.0.1", port } });
  /** @type {any} */
  const made = { said: [], end: () => (server.clients.forEach((each) => each.terminate()), new Promise((done) => server.close(done))) };
  let heard = () => {};
  made.until = async (/** @type {number} */ many) => {
    while (made.said.length < many) await new Promise((/** @type {(_: void) => void} */ go) => (heard = go));
  };
  server.on("connection", (socket) => {
    socket.on("message", (data) => {
      made.said.push(String(data).slice(0, 12));
      heard();
    });
    made.tell = (/** @type {string} */ text) => socket.send(text);
    made.tell(OPEN);
  });
  return made;
}

test("a page that waits to be let in comes once, however often it is looked at", async () => {
  const wake = windowOf();
  const here = await house();
  const { connect } = await import("../../static/js/shared/socket.js");
  /** @type {string[]} */
  const links = [];
  const wire = connect("/fans", { run: "K7" }, { packets: {}, link: (link) => links.push(link), refused: () => {} });
  await here.until(1);
  for (let n = 0; n < 3; n += 1) wake();
  here.tell('40/fans,{"sid":"s1"}');
  const asked = wire.ask("clock");
  await here.until(2);
  here.tell('43/fans,0[{"now_ms":1}]');
  assert.deepEqual(await asked, { now_ms: 1 });
  wire.close();
  await here.end();
  assert.deepEqual([here.said[0], here.said[1].slice(0, 10)], ['40/fans,{"ru', '42/fans,0[']);
  assert.deepEqual(links, ["online"]);
});

test("who is sent away for a moment and looked at meanwhile comes once", async (context) => {
  const wake = windowOf();
  /** @type {(() => void)[]} */
  const timers = [];
  const usual = globalThis.setTimeout;
  context.mock.method(globalThis, "setTimeout", (/** @type {() => void} */ run, /** @type {number} */ ms) =>
    ms >= 1000 && ms <= 2000 ? timers.push(run) : usual(run, ms),
  );
  const here = await house();
  const { connect } = await import("../../static/js/shared/socket.js");
  const sent = new Promise((/** @type {(_: void) => void} */ away) => {
    context.after(connectTo(connect, (link) => link === "offline" && away()));
  });
  await here.until(1);
  here.tell('44/fans,{"message":"unavailable"}');
  await sent;
  wake();
  await here.until(2);
  assert.equal(timers.length, 1);
  timers[0]();
  here.tell('40/fans,{"sid":"s2"}');
  here.tell("2");
  await here.until(3);
  await here.end();
  assert.deepEqual(here.said.slice(1), ['40/fans,{"ru', "3"]);
});

/** @param {typeof import("../../static/js/shared/socket.js").connect} connect @param {(link: string) => unknown} link */
function connectTo(connect, link) {
  return connect("/fans", { run: "K7" }, { packets: {}, link: (said) => void link(said), refused: () => {} }).close;
}

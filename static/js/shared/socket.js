/**
 * The wire of a page: one Socket.IO connection that comes back by itself and says how it is.
 *
 * WebSocket first, polling where a network blocks it. A refusal by the server (code as message) is told and not tried
 * again; everything else is retried within two seconds, jittered so that a hall does not come back as one. Where the server
 * says when to come (`retry_in_ms` of a refusal, `reconnect` before it ends), that is when.
 */
import { io } from "socket.io-client";

/** How the library comes back by itself: first after, at most after (ms), and how far up or down of that. */
const USUAL = /** @type {const} */ ([400, 2000, 0.5]);

/** Trying again would not help; any other refusal (throttled, unavailable, internal) may pass. */
const REFUSALS = new Set(["bad_input", "no_run", "ended", "not_joined", "kicked", "banned", "not_allowed", "not_found"]);

/**
 * @typedef {"connecting" | "online" | "offline"} Link
 * @typedef {object} Wire
 * @property {(event: string, data: unknown, done: (ack: any) => void) => void} emit
 * @property {(event: string, data?: unknown, timeoutMs?: number) => Promise<any>} ask  rejects when no acknowledgement came
 * @property {() => boolean} connected
 * @property {() => void} close
 */

/**
 * @param {string} namespace "/fans", "/displays" or "/operators"
 * @param {Record<string, unknown>} auth
 * @param {{packets: Record<string, (data: any) => void>, link: (link: Link) => void, refused: (code: string) => void, full?: () => void}} page
 *   `packets` by event name; `link` on every change; `refused` once, the connection stays closed then; `full` whenever
 *   every place is taken: the next try comes by itself, when the server said
 * @returns {Wire}
 */
export function connect(namespace, auth, page) {
  const socket = io(namespace, {
    path: "/socket.io",
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    timeout: 8000,
    auth,
  });
  /** @param {number} first @param {number} most @param {number} factor */
  const pace = (first, most, factor) => {
    socket.io.reconnectionDelay(first);
    socket.io.reconnectionDelayMax(most);
    socket.io.randomizationFactor(factor);
  };
  pace(...USUAL);
  let closed = false;
  let outside = false;
  /** @type {Link} */
  let link = "connecting";
  /** @param {Link} next */
  const say = (next) => {
    if (closed || link === next) return;
    link = next;
    page.link(next);
  };

  for (const [event, take] of Object.entries(page.packets)) socket.on(event, take);
  socket.on("reconnect", (/** @type {{from_ms: number, within_ms: number}} */ { from_ms, within_ms }) => {
    const own = from_ms + Math.random() * (within_ms - from_ms);
    pace(own, Math.max(own, USUAL[1]), 0);
  });
  socket.on("connect", () => {
    pace(...USUAL);
    say("online");
  });
  socket.on("disconnect", (reason) => {
    say("offline");
    // The server ended it without `removed` (a restart): the client library leaves coming back to us.
    if (reason === "io server disconnect") setTimeout(come, 300 + Math.random() * 900);
  });
  socket.on("connect_error", (error) => {
    if (REFUSALS.has(error.message)) {
      page.refused(error.message);
      close();
      return;
    }
    say("offline");
    const told = /** @type {any} */ (error).data?.retry_in_ms;
    if (told) return waitOutside(told, error.message === "full");
    if (!socket.active) setTimeout(come, 1000 + Math.random() * 1000);
  });

  /** @param {number} ms @param {boolean} full */
  function waitOutside(ms, full) {
    outside = true;
    if (full) page.full?.();
    setTimeout(() => {
      outside = false;
      come();
    }, ms);
  }

  /** Unless it does already: who waits inside to be let in and asks again would be refused by other servers, and has to pay here. */
  function come() {
    if (!closed && !outside && !socket.active) socket.connect();
  }

  const wake = () => {
    if (document.visibilityState !== "visible") return;
    if (socket.connected) say("online");
    else come();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  addEventListener("offline", () => say("offline"));

  function close() {
    closed = true;
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
    socket.close();
  }

  return {
    emit: (event, data, done) => void socket.emit(event, data, done),
    ask: (event, data = {}, timeoutMs = 5000) => socket.timeout(timeoutMs).emitWithAck(event, data),
    connected: () => socket.connected,
    close,
  };
}

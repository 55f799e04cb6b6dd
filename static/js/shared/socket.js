/**
 * The wire of a page: one Socket.IO connection that comes back by itself and says how it is.
 *
 * WebSocket first, polling where a network blocks it. A refusal by the server (code as message) is told and not tried
 * again; everything else is retried within two seconds, jittered so that a hall does not come back as one.
 */
import { io } from "socket.io-client";

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
    reconnectionDelay: 400,
    reconnectionDelayMax: 2000,
    randomizationFactor: 0.5,
    timeout: 8000,
    auth,
  });
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
  socket.on("connect", () => say("online"));
  socket.on("disconnect", (reason) => {
    say("offline");
    // The server ended it without `removed` (a restart): the client library leaves coming back to us.
    if (reason === "io server disconnect" && !closed) setTimeout(() => !closed && socket.connect(), 300 + Math.random() * 900);
  });
  socket.on("connect_error", (error) => {
    if (REFUSALS.has(error.message)) {
      page.refused(error.message);
      close();
      return;
    }
    say("offline");
    if (error.message === "full") return waitOutside(/** @type {any} */ (error).data?.retry_in_ms ?? 5000);
    if (!socket.active && !closed) setTimeout(() => !closed && socket.connect(), 1000 + Math.random() * 1000);
  });

  /** @param {number} ms */
  function waitOutside(ms) {
    outside = true;
    page.full?.();
    setTimeout(() => {
      outside = false;
      if (!closed) socket.connect();
    }, ms);
  }

  const wake = () => {
    if (closed || outside || document.visibilityState !== "visible") return;
    if (socket.connected) say("online");
    else socket.connect();
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

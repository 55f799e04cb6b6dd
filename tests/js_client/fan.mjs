/**
 * A fan who plays one question with the official socket.io-client. One JSON argument:
 * {url, cookie, run, transports}. Prints one JSON line per step; ends by itself after the reveal.
 * Between answer and reveal the connection breaks under it once: the client must come back and find its answer.
 */
import { io } from "socket.io-client";

const { url, cookie, run, transports } = JSON.parse(process.argv[2]);
const say = (step, more = {}) => console.log(JSON.stringify({ step, ...more }));
const socket = io(`${url}/fans`, {
  transports,
  auth: { run, tab: "js" },
  extraHeaders: { Cookie: cookie },
  reconnectionDelay: 100,
  reconnectionDelayMax: 300,
});

let answered = null;
let told = false;
let upgraded = null;

socket.on("connect_error", (error) => {
  say("refused", { message: error.message });
  socket.close();
});

socket.on("snapshot", (snapshot) => {
  say("snapshot", { scene: snapshot.scene.scene, you: snapshot.you });
  if (answered !== null) again(snapshot);
});

socket.on("scene", async (scene) => {
  if (scene.scene === "open" && answered === null) await play(scene);
  if (scene.scene === "reveal" && !told) await tell(scene);
});

async function play(scene) {
  answered = scene.round.id;
  const { now_ms: now } = await socket.timeout(30000).emitWithAck("clock", {});
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, scene.round.opens_ms - now) + 150));
  const ack = await socket.timeout(30000).emitWithAck("answer", { round: answered, places: [1] });
  say("answered", { ack });
  upgraded = socket.io.engine.transport.name;
  socket.io.engine.close();
}

async function again(snapshot) {
  const ack = await socket.timeout(30000).emitWithAck("answer", { round: answered, places: [2] });
  say("again", { ack, stored: snapshot.you.answered, transport: upgraded });
}

async function tell(scene) {
  told = true;
  const standing = await socket.timeout(30000).emitWithAck("standing", {});
  const unknown = await socket.timeout(30000).emitWithAck("dance", {});
  say("revealed", { places: scene.reveal.places, standing, unknown });
  socket.close();
}

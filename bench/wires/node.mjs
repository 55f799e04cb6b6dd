// Node's socket.io as its manual starts it: a room, a handler that acknowledges and stores nothing.
//
//   node bench/wires/node.mjs PORT PACKAGE.JSON < commands
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { Server } = createRequire(process.argv[3])("socket.io"); // from an environment of its own
const ACK = { outcome: "recorded", elapsed_ms: 796, raw_ms: 842, network_ms: 46, receipt: "Q7F2-9KXM" };
const http = createServer();
const io = new Server(http, { transports: ["websocket", "polling"], pingInterval: 15000, pingTimeout: 15000 });
const fans = io.of("/fans");
fans.on("connection", (socket) => {
  socket.join("run:1");
  socket.on("answer", (message, acknowledge) => acknowledge(ACK));
});

let event = [];
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

async function obey(line) {
  const [word, rest] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
  if (word === "payload") event = JSON.parse(rest.slice(rest.indexOf(",") + 1));
  else if (word === "push") {
    const [times, gap] = rest.split(" ").map(Number);
    for (let n = 0; n < times; n += 1) {
      console.log(`at ${process.hrtime.bigint()}`);
      fans.to("run:1").emit(event[0], event[1]);
      await pause(gap);
    }
  }
  console.log("done");
}

http.listen(Number(process.argv[2]), "127.0.0.1", 4096, () => console.log("ready"));
createInterface({ input: process.stdin }).on("line", obey);

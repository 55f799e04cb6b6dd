/**
 * What every page of a display does, on the wall or over a stream: keep the wire and the clock, hand each packet to its
 * screen, draw. Whatever goes wrong, the last picture stays and the page comes back by itself.
 */

import { keepClock, ownNow } from "../shared/clock.js";
import { connect } from "../shared/socket.js";
import { apply, empty } from "../shared/state.js";
import { flashes } from "./flash.js";
import { Screen } from "./screen.js";

/**
 * @param {HTMLElement} root its `data-pairing`: where this page begins, with a pairing code again
 * @param {Omit<ConstructorParameters<typeof Screen>[1], "now">} surroundings
 * @param {(state: import("../shared/state.js").State) => void} [beat] on every animation frame
 */
export function follow(root, surroundings, beat = () => undefined) {
  let state = empty();
  const clock = keepClock({ ask: () => wire.ask("clock") });
  const flashing = flashes(root);
  const screen = new Screen(root, { now: clock.serverNow, ...surroundings });
  /** @param {import("../shared/state.js").Packet} packet */
  const take = (packet) => {
    const wasBehind = state.behind;
    state = apply(state, packet);
    screen.take(state);
    if (state.behind && !wasBehind) wire.ask("refresh").then((data) => data?.scene && take({ kind: "snapshot", data }), () => undefined);
  };
  const wire = connect("/displays", {}, {
    packets: {
      snapshot: (data) => {
        clock.estimate.hint(data.now_ms, ownNow());
        take({ kind: "snapshot", data });
      },
      scene: (data) => take({ kind: "scene", data }),
      tick: (data) => take({ kind: "tick", data }),
      flash: (data) => flashing.expect(data.at_ms),
      removed: leave,
    },
    link: (link) => link === "online" && void clock.start(),
    refused: leave,
  });

  /** Not a display any more: back to a pairing code, the way every display begins. */
  function leave() {
    setTimeout(() => location.assign(root.dataset["pairing"] ?? "/display"), 1500);
  }

  const frame = () => {
    screen.frame();
    flashing.frame(clock.serverNow());
    beat(state);
    requestAnimationFrame(frame);
  };
  frame();
}

// Making a call again and again.

import { h } from "./dom.js";

/** How often, in milliseconds. */
const PAUSE = 2000;

/** A button that repeats a call until it is pressed again or the call fails. `call` tells whether to go on. */
export function makeRepeat(call) {
  let repeating;
  const element = h("button", { type: "button", class: "quiet", "aria-pressed": "false", onclick: toggle }, "Repeat every 2 s");
  function stop() {
    clearInterval(repeating);
    repeating = undefined;
    element.setAttribute("aria-pressed", "false");
    element.textContent = "Repeat every 2 s";
  }
  function toggle() {
    if (repeating) return stop();
    element.setAttribute("aria-pressed", "true");
    element.textContent = "Stop repeating";
    const again = async () => {
      if (!document.hidden && !await call().catch(() => false)) stop();
    };
    repeating = setInterval(again, PAUSE);
    return again();
  }
  return { element, stop };
}

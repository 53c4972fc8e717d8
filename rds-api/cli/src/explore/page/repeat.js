// Making a call again and again: until something is done, or until it is stopped.

import { h } from "./dom.js";
import { stateOf } from "./waiter.js";

/** How often, in milliseconds. */
const PAUSE = 2000;

/** Buttons that repeat a call until they are pressed again, the call fails or what it is repeated for is done. `call`
    makes it and gives the value of its response, `goTo` goes to a parameter that is needed. */
export function makeRepeat(operation, { call, isGiven, goTo }) {
  let timer;
  let stopped = () => {};
  const note = h("span", { class: "size", role: "status" });

  function button(title, until) {
    const element = h("button", { type: "button", class: "quiet small", "aria-pressed": "false", onclick: () => (element.ariaPressed === "true" ? stop() : start()) }, title);
    function start() {
      if (until?.needs && !isGiven(until.needs)) {
        note.textContent = `It takes ${until.needs} to know.`;
        return goTo(until.needs);
      }
      stop();
      note.textContent = "";
      element.ariaPressed = "true";
      element.textContent = until ? "Stop following" : "Stop repeating";
      stopped = () => { element.ariaPressed = "false"; element.textContent = title; };
      const began = Date.now();
      const again = async () => {
        if (document.hidden) return;
        const value = await call().catch(() => undefined);
        if (element.ariaPressed !== "true") return;
        const state = value && until && stateOf(value, until);
        if (state) note.textContent = `${state === "done" ? "Done" : "It failed"} after ${Math.round((Date.now() - began) / 1000)} s.`;
        if (state || !value) stop();
      };
      timer = setInterval(again, PAUSE);
      return again();
    }
    return element;
  }
  function stop() {
    clearInterval(timer);
    stopped();
    stopped = () => {};
  }
  const waiters = operation.waiters ?? [];
  const element = h("div", { class: "repeat" }, button("Repeat every 2 s"),
    waiters.map(({ name, until }) => button(`Follow until ${name.replaceAll("_", " ")}`, until)), note);
  return { element, stop };
}

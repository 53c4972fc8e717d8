// Making a call again and again: until it is stopped, or until something is done.

import { h } from "./dom.js";
import { makeFollow, untilTitle } from "./follow.js";

/** How often, in milliseconds. */
const PAUSE = 2000;

/** Buttons that repeat a call until they are pressed again, the call fails or what it is repeated for is done. `call`
    makes it and says whether it was a success, `value` gives the form, `goTo` goes to a parameter that is needed. */
export function makeRepeat(operation, { call, value, goTo, look, problems, fail }) {
  let timer;
  const title = "Repeat every 2 s";
  const repeat = h("button", { type: "button", class: "quiet small", "aria-pressed": "false", onclick: () => (timer ? stop() : start()) }, title);
  const goals = (operation.waiters ?? []).map(({ name, until }) => ({
    title: untilTitle(name),
    asked: () => {
      const form = value();
      if (!until.needs || form.parameters[until.needs] !== undefined) return { ...form, waiter: name };
      goTo(until.needs);
      return undefined;
    },
  }));
  const follow = makeFollow(goals, { begin: stopRepeating, look, problems, fail });

  function start() {
    stop();
    repeat.setAttribute("aria-pressed", "true");
    repeat.textContent = "Stop repeating";
    const again = async () => {
      if (document.hidden) return;
      const own = timer;
      if (!await call().catch(() => false) && timer === own) stopRepeating();
    };
    timer = setInterval(again, PAUSE);
    again();
  }
  function stopRepeating() {
    clearInterval(timer);
    timer = undefined;
    repeat.setAttribute("aria-pressed", "false");
    repeat.textContent = title;
  }
  function stop() {
    stopRepeating();
    follow.stop();
  }
  return { element: h("div", { class: "repeat" }, repeat, follow.buttons, follow.element), stop };
}

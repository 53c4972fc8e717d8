// Following until something is done: how far it is, and how it ended.

import { askOn, h, inline } from "./dom.js";

/** Buttons of which each follows something. A goal has a title, and `asked`, which gives what the server is asked with, or
    nothing if that is not known yet. `begin` is told when it begins, `look` of each call that is made, `fail` of what goes
    wrong with the page. */
export function makeFollow(goals, { begin = () => {}, look = () => {}, problems = () => {}, fail }) {
  let under = null;
  const bar = h("progress", { max: "100", hidden: true });
  const now = h("span", { class: "now-at", hidden: true });
  const note = h("p", { class: "note", role: "status" });

  const buttons = goals.map((goal) => {
    const button = h("button", { type: "button", class: "quiet small", "aria-pressed": "false", onclick: () => (under?.button === button ? stop() : start(goal, button)) }, goal.title);
    return button;
  });

  async function start(goal, button) {
    const asked = goal.asked();
    if (!asked) return;
    stop();
    begin();
    const own = { button, title: goal.title, abort: new AbortController(), began: Date.now() };
    under = own;
    button.setAttribute("aria-pressed", "true");
    button.textContent = "Stop following";
    bar.removeAttribute("value");
    bar.setAttribute("aria-label", goal.title);
    now.textContent = asked.initial_delay > 1 ? `looks first in ${asked.initial_delay} s` : "";
    bar.hidden = now.hidden = false;
    note.className = "note";
    note.textContent = "";
    try {
      for await (const line of askOn("follow", asked, own.abort.signal)) {
        if (under !== own) return;
        if (line.problems) { stop(); problems(line.problems); }
        else if (line.end) end(line);
        else show(line);
      }
      if (under === own) throw new Error("The explorer has stopped following.");
    } catch (error) {
      if (under !== own) return;
      stop();
      fail(error);
    }
  }
  const seconds = () => `${Math.round((Date.now() - under.began) / 1000)} s`;
  function show({ call, progress: { of, percent, phase, state } }) {
    if (percent === null) bar.removeAttribute("value");
    else bar.value = percent;
    const said = [of, percent !== null && `${Math.round(percent)} %`, state ?? "not there", phase !== state && phase, seconds()];
    now.textContent = said.filter(Boolean).join(" · ");
    if (call) look(call);
  }
  function end({ end, error }) {
    const done = end === "done";
    note.className = done ? "note good" : "note bad";
    note.replaceChildren(...inline(done ? `Done after ${seconds()}.` : `It failed after ${seconds()}: ${error.message}`));
    if (done && !bar.hidden) bar.value = 100;
    stop();
  }
  /** Ends it; what was seen last stays. */
  function stop() {
    if (!under) return;
    under.abort.abort();
    under.button.setAttribute("aria-pressed", "false");
    under.button.textContent = under.title;
    under = null;
    bar.hidden = true;
  }
  return { buttons, element: h("div", { class: "following" }, bar, now, note), stop };
}

/** The title of a button that follows until a waiter is done. */
export const untilTitle = (waiter) => `Follow until ${waiter.replaceAll("_", " ")}`;

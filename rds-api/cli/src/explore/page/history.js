// The calls of this session.

import { ask, h } from "./dom.js";

const dialog = document.getElementById("history");
const list = document.getElementById("history-list");

/** Of more calls than this, those that are wanted can be searched for. */
const MANY = 5;

/** Begins; `open` is given the call that was chosen, and whether to run it again. */
export function startHistory(open) {
  document.getElementById("open-history").addEventListener("click", async () => {
    const calls = await ask("history");
    list.replaceChildren(...calls.length ? entries(calls) : [h("p", { class: "nothing" }, "Nothing was run yet.")]);
    dialog.showModal();
  });
  function entries(calls) {
    const lines = calls.map((call) => {
      const given = Object.entries(call.parameters).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`).join("  ");
      const outcome = String(call.not_done ? "not done" : call.ok ? call.status : call.code ?? call.status ?? "failed");
      const element = h("li", {}, h("button", { type: "button", class: "call", title: "Show the form and the response", onclick: () => choose(call.number, false) },
        h("span", { class: `dot ${call.ok && !call.not_done ? "good" : "bad"}` }),
        h("span", { class: "name" }, call.operation),
        h("span", { class: "given" }, given || "no parameters"),
        h("span", { class: "outcome" }, outcome),
        h("time", { datetime: call.at }, new Date(call.at).toLocaleTimeString())),
        h("button", { type: "button", class: "quiet small", "aria-label": `Run again: ${call.operation}`, onclick: () => choose(call.number, true) }, "Run again"));
      return { element, text: `${call.operation} ${given} ${outcome}`.toLowerCase() };
    });
    const filter = h("input", { type: "search", placeholder: "Find a call", "aria-label": "Find a call", oninput: () => {
      for (const { element, text } of lines) element.hidden = !text.includes(filter.value.trim().toLowerCase());
    } });
    return [lines.length > MANY ? filter : "", h("ol", { class: "calls" }, lines.map(({ element }) => element)),
      h("p", { class: "size" }, "It is kept as long as the explorer runs, and nowhere else. To keep a call for longer, bookmark the address that its form has.")];
  }
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  async function choose(number, again) {
    dialog.close();
    open(await ask(`history/${number}`), again);
  }
}

// The calls of this session.

import { ask, h } from "./dom.js";

const dialog = document.getElementById("history");
const list = document.getElementById("history-list");

/** Begins; `open` is given the call that was chosen. */
export function startHistory(open) {
  document.getElementById("open-history").addEventListener("click", async () => {
    const calls = await ask("history");
    list.replaceChildren(calls.length
      ? h("ol", { class: "calls" }, calls.map((call) => h("li", {}, h("button", { type: "button", onclick: () => choose(call.number) },
        h("span", { class: `dot ${call.ok && !call.not_done ? "good" : "bad"}` }),
        h("span", { class: "name" }, call.operation),
        h("span", { class: "given" }, Object.entries(call.parameters).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`).join("  ") || "no parameters"),
        h("span", { class: "outcome" }, call.not_done ? "not done" : call.ok ? call.status : call.code ?? call.status ?? "failed"),
        h("time", { datetime: call.at }, new Date(call.at).toLocaleTimeString())))))
      : h("p", { class: "nothing" }, "Nothing was run yet."));
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  async function choose(number) {
    dialog.close();
    open(await ask(`history/${number}`));
  }
}

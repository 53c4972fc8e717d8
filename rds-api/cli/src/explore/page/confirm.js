// The question before something is changed in a real account.

import { h, inline } from "./dom.js";

const dialog = document.getElementById("confirm");

/** Whose credentials the call is made with. */
function whose({ source, profile, key_id: keyId, unknown }) {
  if (unknown) return `not to be had: ${unknown}`;
  return `key ${keyId}, from ${source}${profile ? `, profile ${profile}` : ""}`;
}

/** Puts the question; `true` if it is confirmed. */
export function confirmed(operation, question) {
  const { target, parameters } = question;
  const given = Object.entries(parameters);
  const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  return new Promise((resolve) => {
    const close = (yes) => { dialog.close(); resolve(yes); };
    // Enter does nothing that cannot be undone.
    const no = h("button", { type: "button", class: "quiet", autofocus: true, onclick: () => close(false) }, "Cancel");
    dialog.replaceChildren(
      h("h2", { id: "confirm-title" }, `Run ${operation.name} on the real account?`),
      h("p", {}, inline(question.summary)),
      h("dl", { class: "facts" },
        h("div", {}, h("dt", {}, "Endpoint"), h("dd", {}, target.endpoint)),
        target.region && h("div", {}, h("dt", {}, "Region"), h("dd", {}, target.region)),
        h("div", {}, h("dt", {}, "Credentials"), h("dd", {}, whose(question.identity)))),
      given.length > 0 && h("table", { class: "given" }, h("tbody", {}, given.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, shown(value)))))),
      h("ul", { class: "warnings" }, question.warnings.map((warning) => h("li", {}, warning))),
      h("div", { class: "actions" }, h("button", { type: "button", class: question.deletes ? "primary danger" : "primary", onclick: () => close(true) }, `Run ${operation.name}`), no));
    dialog.addEventListener("cancel", () => resolve(false), { once: true });
    dialog.showModal();
    no.focus();
  });
}

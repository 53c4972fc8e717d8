// How the request was signed.

import { copyButton, h } from "./dom.js";

export function makeSigning() {
  const element = h("div", { class: "pane" });
  function set(call) {
    if (!call?.signing) {
      element.replaceChildren(h("p", { class: "nothing" }, "Run the call to see how its request was signed."));
      return;
    }
    element.replaceChildren(
      h("p", { class: "pane-about" }, call.attempts.length > 1
        ? "The last attempt; each has a nonce and a time of its own. Secrets among the parameters are hidden in the texts; the hashes are the real ones."
        : "The request as it went out. Secrets among the parameters are hidden in the texts; the hashes are the real ones."),
      h("ol", { class: "steps" }, call.signing.map((step) => h("li", {},
        h("div", { class: "step-head" }, h("h2", {}, step.title), copyButton(() => step.text)),
        h("p", {}, step.about), h("pre", { tabindex: "0" }, step.text)))));
  }
  set();
  return { element, set };
}

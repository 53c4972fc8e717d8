// Where calls go.

import { ask, h } from "./dom.js";

export async function showTarget() {
  const target = await ask("target");
  const element = document.getElementById("target");
  element.className = `target ${target.real ? "real" : "embedded"}`;
  const parts = ["Account", target.profile, target.region, new URL(target.endpoint).host];
  element.replaceChildren(
    h("span", { class: "long" }, target.real ? parts.filter(Boolean).join(" · ") : "Embedded service"),
    h("span", { class: "short" }, target.real ? "Account" : "Embedded"));
  element.title = target.real ? `Calls go to ${target.endpoint}` : "Calls go to a service on this machine that is gone when the explorer ends";
}

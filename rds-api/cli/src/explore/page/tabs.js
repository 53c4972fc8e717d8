// Panes of which one is shown at a time.

import { h } from "./dom.js";

/** Tabs under a label; each entry has a name, a title and a pane. `beside` stands at the end of their row. */
export function makeTabs(label, entries, beside) {
  const buttons = new Map();
  const show = (chosen) => {
    for (const [name, button] of buttons) {
      button.setAttribute("aria-selected", String(name === chosen));
      button.tabIndex = name === chosen ? 0 : -1;
      document.getElementById(`pane-${name}`).hidden = name !== chosen;
    }
  };
  const names = entries.map(([name]) => name);
  const bar = h("div", { class: "tab-list", role: "tablist", "aria-label": label }, entries.map(([name, title]) => {
    const button = h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `pane-${name}`, onclick: () => show(name) }, title);
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = names[(names.indexOf(name) + step + names.length) % names.length];
      show(next);
      buttons.get(next).focus();
    });
    buttons.set(name, button);
    return button;
  }));
  const panes = entries.map(([name, , pane]) => h("div", { role: "tabpanel", id: `pane-${name}`, "aria-labelledby": `tab-${name}` }, pane.element));
  return { element: h("section", { class: "results", "aria-label": label }, h("div", { class: "tabs" }, bar, beside), panes), show };
}

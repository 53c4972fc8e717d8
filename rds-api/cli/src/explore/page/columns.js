// The columns of a table.

import { textOf } from "./cell.js";
import { h } from "./dom.js";
import { at, fieldOf, isObject } from "./members.js";

/** So many columns at most that the specification does not know. */
const UNKNOWN = 50;

/** The columns of which any element has a value, in the order that is known, or else in that of the fields. */
export function columnsOf(elements, fields, known = []) {
  const objects = elements.filter(isObject);
  const inKnown = (name) => known.some((other) => other === name || other.startsWith(`${name}.`));
  const all = [...new Set(objects.flatMap((element) => Object.keys(element)))].filter((name) => !inKnown(name));
  const rest = [...fields.map((field) => field.name).filter((name) => all.includes(name)), ...all.filter((name) => !fields.some((field) => field.name === name)).slice(0, UNKNOWN)];
  const isThere = (name) => objects.some((element) => textOf(at(element, name)) !== "");
  return [...known, ...rest].filter(isThere).map((name) => ({ name, field: fieldOf(fields, name), hidden: false }));
}

/** Choices of which columns are there. */
export function makeChooser(columns, changed) {
  const box = (column) => h("label", {}, h("input", { type: "checkbox", checked: !column.hidden, onchange: (event) => { column.hidden = !event.target.checked; changed(); } }), h("span", {}, column.name));
  const holder = h("div", { class: "chooser-list" });
  const fill = () => holder.replaceChildren(...columns.map(box));
  const all = (hidden) => () => { columns.forEach((column, at) => { column.hidden = hidden && at > 0; }); fill(); changed(); };
  fill();
  return h("details", { class: "chooser" }, h("summary", { class: "quiet small" }, "Columns"),
    h("div", { class: "chooser-box" },
      h("div", { class: "tools" }, h("button", { type: "button", class: "link", onclick: all(false) }, "All"), h("button", { type: "button", class: "link", onclick: all(true) }, "The first alone")), holder));
}

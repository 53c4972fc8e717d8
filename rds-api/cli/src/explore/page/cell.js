// A value in a table.

import { explain, h } from "./dom.js";
import { leaf } from "./tree.js";
import { isObject, own } from "./members.js";

/** What stands in the place of a value that is not to be seen. */
const HIDDEN = "hidden";

/** A list without what wraps it. */
function unwrapped(value, field) {
  const inside = field.wrapper ? own(value, field.wrapper) : undefined;
  return Array.isArray(inside) ? inside : value;
}

/** The text of a value, as it is sorted, filtered and exported. */
export function textOf(value, field = {}) {
  if (value === undefined || value === null || value === "") return "";
  if (field.sensitive) return HIDDEN;
  if (Array.isArray(value) && !value.some((one) => one !== null && typeof one === "object")) return value.map((one) => textOf(one)).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The value; of what has members their number, which `open` is told of when it is pressed. */
export function cell(given, field = {}, open) {
  const value = unwrapped(given, field);
  if (value === undefined || value === null || value === "") return "";
  if (field.sensitive) return leaf(typeof value === "object" ? JSON.stringify(value) : value, field);
  if (isObject(value) || (Array.isArray(value) && value.some((one) => one !== null && typeof one === "object"))) {
    const count = Array.isArray(value) ? `list of ${value.length}` : `${Object.keys(value).length} members`;
    if (open) {
      const button = h("button", { type: "button", class: "link inner", "aria-expanded": "false", onclick: () => open(button, value, field) }, count);
      return button;
    }
    return explain(h("span", { class: "size", tabindex: "0" }, count), `\`${JSON.stringify(value).slice(0, 2000)}\``);
  }
  if (Array.isArray(value)) return field.thing ? value.flatMap((one, at) => [at ? ", " : "", leaf(one, field)]) : textOf(value);
  const meaning = field.values?.find((known) => known.value === value)?.doc;
  return meaning ? explain(h("span", { class: "state", tabindex: "0" }, String(value)), meaning) : leaf(value, field);
}

// A value in a table.

import { explain, h } from "./dom.js";
import { leaf } from "./tree.js";
import { isObject } from "./members.js";

/** What stands in the place of a value that is not to be seen. */
const HIDDEN = "hidden";

/** The text of a value, as it is sorted, filtered and exported. */
export function textOf(value, field = {}) {
  if (value === undefined || value === null || value === "") return "";
  if (field.sensitive) return HIDDEN;
  if (Array.isArray(value) && !value.some((one) => one !== null && typeof one === "object")) return value.map((one) => textOf(one)).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The value; of what has members their number, with all of them beside it. */
export function cell(value, field = {}) {
  if (value === undefined || value === null || value === "") return "";
  if (field.sensitive) return leaf(typeof value === "object" ? JSON.stringify(value) : value, field);
  if (isObject(value) || (Array.isArray(value) && value.some((one) => one !== null && typeof one === "object"))) {
    const count = Array.isArray(value) ? `list of ${value.length}` : `${Object.keys(value).length} members`;
    return explain(h("span", { class: "size", tabindex: "0" }, count), `\`${JSON.stringify(value).slice(0, 2000)}\``);
  }
  if (Array.isArray(value)) return textOf(value);
  const meaning = field.values?.find((known) => known.value === value)?.doc;
  return meaning ? explain(h("span", { class: "state", tabindex: "0" }, String(value)), meaning) : leaf(value, field);
}

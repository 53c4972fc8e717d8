// Lists of objects as tables.

import { explain, h } from "./dom.js";
import { leaf } from "./tree.js";

/** How many rows are there until more are asked for, and how many columns that the specification does not know. */
const ROWS = 200;
const UNKNOWN = 50;

/** Every list of objects in a response, with the names that lead to it. */
export function lists(value, fields, path = []) {
  const found = [];
  for (const [name, member] of Object.entries(value ?? {})) {
    const field = fields.find((field) => field.name === name);
    const here = [...path, name];
    if (field?.type === "list" && field.items.type === "object") {
      const elements = field.wrapper ? member?.[field.wrapper] : member;
      if (Array.isArray(elements) && elements.length > 0) found.push({ path: here.join("."), elements, fields: field.items.fields });
    } else if (field?.type === "object") {
      found.push(...lists(member, field.fields, here));
    }
  }
  return found;
}

/** Whether it has members; what else a service puts into a list of objects is shown as it is. */
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export function table({ path, elements, fields }) {
  const objects = elements.filter(isObject);
  const isThere = (field) => objects.some((element) => ![undefined, null, ""].includes(own(element, field.name)));
  const columns = fields.filter(isThere);
  const unknown = [...new Set(objects.flatMap((element) => Object.keys(element)))].filter((name) => !fields.some((field) => field.name === name)).slice(0, UNKNOWN);
  const all = [...columns, ...unknown.map((name) => ({ name }))];
  const body = h("tbody");
  let shown = 0;
  const cells = (element) => (isObject(element)
    ? all.map((field) => h("td", {}, cell(own(element, field.name), field)))
    : h("td", { colspan: String(Math.max(1, all.length)) }, element === null ? leaf(null) : cell(element, {})));
  const rows = (some) => some.map((element) => h("tr", {}, cells(element)));
  const more = h("button", { type: "button", class: "link" });
  more.addEventListener("click", add);
  function add() {
    body.append(...rows(elements.slice(shown, shown + ROWS)));
    shown = Math.min(elements.length, shown + ROWS);
    more.textContent = `${elements.length - shown} more`;
    more.hidden = shown === elements.length;
  }
  add();
  return h("figure", { class: "list" },
    h("figcaption", {}, h("code", {}, path), h("span", { class: "size" }, `${elements.length} ${elements.length === 1 ? "row" : "rows"}`)),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table of ${path}` },
      h("table", {}, h("thead", {}, h("tr", {}, all.map((field) => h("th", { scope: "col" },
        explain(h("span", { tabindex: field.doc ? "0" : false }, field.name), field.doc))))), body)), more);
}

/** A member that the element has itself. */
const own = (element, name) => (Object.hasOwn(element, name) ? element[name] : undefined);

function cell(value, field) {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value === "object") {
    const count = Array.isArray(value) ? value.length : Object.keys(value).length;
    return explain(h("code", { class: "size", tabindex: "0" }, Array.isArray(value) ? `[${count}]` : `{${count}}`), `\`${JSON.stringify(value)}\``);
  }
  const meaning = field.values?.find((known) => known.value === value)?.doc;
  return meaning ? explain(h("span", { class: "state", tabindex: "0" }, String(value)), meaning) : leaf(value, field);
}

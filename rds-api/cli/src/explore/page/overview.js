// What a response is about, as the server says; where it does not, all of its lists.

import { h } from "./dom.js";
import { at, fieldsAt, own } from "./members.js";
import { makeTable } from "./table.js";
import { makeThing } from "./thing.js";

/** The elements that show it; none if there is nothing that a table could show. `turn` goes to another page. */
export function makeOverview(value, operation, call, turn) {
  const { thing = [], lists: known, paging } = call.overview ?? {};
  if (thing.length > 0) return [makeThing(operation.name, thing, operation.response)];
  const listed = (known ?? []).map((list) => ({ ...list, elements: at(value, list.path), fields: fieldsAt(operation.response, list.path) }));
  const tables = (known ? listed : lists(value, operation.response)).filter(({ elements }) => Array.isArray(elements) && elements.length > 0);
  const shown = tables.map((table, index) => makeTable({ ...table, name: operation.name, shown: index === 0 && paging ? paging.shown : undefined }));
  return paging && (paging.next || paging.previous) ? [pages(paging, turn), ...shown] : shown;
}

/** The pages beside this one. */
function pages({ position, previous, next, shown }, turn) {
  const button = (title, page) => h("button", { type: "button", class: "quiet small", disabled: !page, onclick: () => turn({ [position]: page }) }, title);
  return h("nav", { class: "pages", "aria-label": "Pages" }, h("span", { class: "size" }, shown), button("Previous page", previous), button("Next page", next));
}

/** Every list of objects in a response, with the names that lead to it. */
function lists(value, fields, path = []) {
  const found = [];
  for (const [name, member] of Object.entries(value ?? {})) {
    const field = fields.find((field) => field.name === name);
    const here = [...path, name];
    if (field?.type === "list" && field.items.type === "object") {
      const elements = field.wrapper ? own(member, field.wrapper) : member;
      if (Array.isArray(elements) && elements.length > 0) found.push({ path: here.join("."), elements, fields: field.items.fields });
    } else if (field?.type === "object") {
      found.push(...lists(member, field.fields, here));
    }
  }
  return found;
}

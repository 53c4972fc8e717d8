// A list as a table: sorted, filtered, with the columns that are wanted.

import { cell, textOf } from "./cell.js";
import { columnsOf, makeChooser } from "./columns.js";
import { explain, h } from "./dom.js";
import { makeDownloads } from "./download.js";
import { at, isObject } from "./members.js";
import { leaf, tree } from "./tree.js";

/** How many rows are there until more are asked for, and from how many on they can be filtered. */
const ROWS = 200;
const MANY = 5;
/** A longer text is broken into lines. */
const LONG = 60;

/** The table of the elements at a place. `columns` is their order, as far as it is known; `shown` says which of how many
    these are. */
export function makeTable({ name, path, elements, fields, columns: known, shown }) {
  const columns = columnsOf(elements, fields, known);
  const visible = () => columns.filter((column) => !column.hidden);
  let order = null;
  let wanted = "";
  let count = ROWS;
  const head = h("tr");
  const body = h("tbody");
  const size = h("span", { class: "size", role: "status" });
  const more = h("button", { type: "button", class: "link", onclick: () => { count += ROWS; draw(); } });

  /** The elements that are wanted, in the order that is wanted. */
  function chosen() {
    const fits = (element) => textOf(element).toLowerCase().includes(wanted);
    const isFitting = (element) => (isObject(element) ? visible().some((column) => textOf(at(element, column.name), column.field).toLowerCase().includes(wanted)) : fits(element));
    const fitting = wanted ? elements.filter(isFitting) : [...elements];
    return order ? fitting.sort(by(order)) : fitting;
  }
  function draw() {
    const rows = chosen();
    head.replaceChildren(...visible().map(heading));
    body.replaceChildren(...rows.slice(0, count).map((element) => h("tr", {}, cells(element))));
    more.textContent = `${rows.length - count} more`;
    more.hidden = rows.length <= count;
    const all = shown ?? `${elements.length} ${elements.length === 1 ? "row" : "rows"}`;
    size.textContent = rows.length === elements.length ? all : `${rows.length} of these ${elements.length}`;
  }
  function cells(element) {
    if (isObject(element)) return visible().map((column, index) => {
      const value = at(element, column.name);
      const attributes = { scope: index === 0 && "row", class: typeof value === "string" && value.length > LONG && "long" };
      return h(index ? "td" : "th", attributes, cell(value, column.field, open));
    });
    return h("td", { colspan: String(Math.max(1, visible().length)) }, element === null ? leaf(null) : cell(element));
  }
  /** Shows or hides what is inside of a cell, below its row. */
  function open(button, value, field) {
    const row = button.closest("tr");
    const before = row.nextElementSibling?.matches(".inside") ? row.nextElementSibling : null;
    const isOwn = button.getAttribute("aria-expanded") === "true";
    before?.remove();
    for (const other of row.querySelectorAll(".inner")) other.setAttribute("aria-expanded", String(other === button && !isOwn));
    if (!isOwn) row.after(h("tr", { class: "inside" }, h("td", { colspan: String(visible().length) }, inside(name, value, field))));
  }
  function heading(column) {
    const direction = order?.column === column ? order.direction : 0;
    const turn = () => { order = direction < 0 ? null : { column, direction: direction ? -1 : 1 }; draw(); head.querySelector(`[data-name="${CSS.escape(column.name)}"]`)?.focus(); };
    const button = h("button", { type: "button", class: "sort", "data-name": column.name, onclick: turn }, column.name, h("span", { class: "arrow", "aria-hidden": "true" }, direction > 0 ? " ▲" : direction < 0 ? " ▼" : ""));
    return h("th", { scope: "col", "aria-sort": direction > 0 ? "ascending" : direction < 0 ? "descending" : false }, explain(button, column.field.doc));
  }
  const rows = () => ({ name, columns: visible(), values: chosen().map((element) => visible().map((column) => at(element, column.name))) });
  const filter = h("input", { type: "search", class: "filter", placeholder: "Filter", "aria-label": `Filter ${path}`, oninput: () => { wanted = filter.value.trim().toLowerCase(); count = ROWS; draw(); } });
  draw();
  return h("figure", { class: "list" },
    h("figcaption", {}, h("code", {}, path), size, columns.length > 0 && h("span", { class: "tools" }, elements.length > MANY && filter, columns.length > 1 && makeChooser(columns, draw), makeDownloads(rows))),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table of ${path}` }, h("table", { class: "entries" }, h("thead", {}, head), body)), more);
}

/** What a value has inside: a list of objects as a table, anything else as a tree. */
function inside(name, value, field) {
  if (Array.isArray(value) && value.every(isObject)) return makeTable({ name, path: field.name, elements: value, fields: field.items?.fields ?? [] });
  return tree(value, field);
}

/** Numbers by their size, also where they are texts; what is empty comes last. */
function by({ column: { name, field }, direction }) {
  return (one, other) => {
    const [a, b] = [one, other].map((element) => textOf(at(element, name), field));
    if (a === "" || b === "") return (a === "") - (b === "");
    const [m, n] = [Number(a), Number(b)];
    return direction * (Number.isNaN(m) || Number.isNaN(n) ? a.localeCompare(b, "en", { numeric: true }) : m - n);
  };
}

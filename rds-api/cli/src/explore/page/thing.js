// A thing: a row for each of its members.

import { cell, textOf } from "./cell.js";
import { explain, h } from "./dom.js";
import { makeDownloads } from "./download.js";
import { fieldOf, isObject } from "./members.js";
import { makeTable } from "./table.js";

/** The members of a thing, each with its name; a list of objects is a table of its own. */
export function makeThing(name, members, fields) {
  const isList = ([, value]) => Array.isArray(value) && value.some(isObject);
  const row = ([name, value]) => {
    const field = fieldOf(fields, name);
    return h("tr", {}, h("th", { scope: "row" }, explain(h("span", { tabindex: field.doc ? "0" : false }, name), field.doc)), h("td", {}, cell(value, field)));
  };
  const isEmpty = ([, value]) => textOf(value) === "";
  const plain = members.filter((member) => !isList(member) && !isEmpty(member));
  const empty = members.filter(isEmpty);
  const rows = () => ({ name, columns: ["Name", "Value"].map((name) => ({ name, field: {} })), values: plain.map(([name, value]) => [name, fieldOf(fields, name).sensitive ? "hidden" : value]) });
  return h("div", {},
    plain.length > 0 && h("figure", { class: "list" },
      h("figcaption", {}, h("span", { class: "size" }, `${plain.length} members`), h("span", { class: "tools" }, makeDownloads(rows))),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Members" }, h("table", { class: "thing" }, h("tbody", {}, plain.map(row)))),
      empty.length > 0 && h("p", { class: "size" }, `Without a value: ${empty.map(([name]) => name).join(", ")}.`)),
    members.filter(isList).map(([path, elements]) => makeTable({ name, path, elements, fields: fieldOf(fields, path).items?.fields ?? [] })));
}

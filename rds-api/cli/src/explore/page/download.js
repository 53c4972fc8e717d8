// Files for the person to keep.

import { h } from "./dom.js";
import { textOf } from "./cell.js";

/** Buttons that save rows as files. `rows` gives the name of the file, the columns and the values of each row. */
export function makeDownloads(rows) {
  const csv = () => {
    const { name, columns, values } = rows();
    const line = (texts) => texts.map(quoted).join(",");
    const lines = values.map((row) => line(row.map((value, at) => textOf(value, columns[at].field))));
    save(`${name}.csv`, "text/csv", [line(columns.map((column) => column.name)), ...lines].map((text) => `${text}\r\n`).join(""));
  };
  const json = () => {
    const { name, columns, values } = rows();
    const entry = (row) => Object.fromEntries(columns.flatMap(({ name, field }, at) => {
      if (row[at] === undefined) return [];
      return [[name, field.sensitive ? textOf(row[at], field) : row[at]]];
    }));
    save(`${name}.json`, "application/json", `${JSON.stringify(values.map(entry), null, 2)}\n`);
  };
  return [["CSV", csv], ["JSON", json]].map(([title, save]) => h("button", { type: "button", class: "quiet small", title: `Save what is shown as ${title}`, onclick: save }, title));
}

/** A text as a cell of CSV (RFC 4180). */
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

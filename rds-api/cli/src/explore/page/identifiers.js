// Identifiers of things: those that were seen, and what they can be used for.

import { writeAddress } from "./address.js";
import { ask, copyButton, h } from "./dom.js";
import { isObject } from "./members.js";

/** So many values of a thing are kept, and so many operations are listed. */
const [SEEN, LISTED] = [100, 60];

/** The values that responses had, by the things that they name, the latest last. */
const seen = new Map();

/** Notes with each field which thing it names. */
export function noteIdentifiers(fields, things) {
  for (const field of fields) {
    if (Object.hasOwn(things, field.name) && !field.sensitive) field.thing = things[field.name];
    noteIdentifiers((field.items ?? field).fields ?? [], things);
  }
}

/** Keeps the identifiers in a response, for the forms of other operations. */
export function remember(value, fields) {
  for (const field of fields) {
    const member = isObject(value) && Object.hasOwn(value, field.name) ? value[field.name] : undefined;
    const inside = field.wrapper && isObject(member) ? member[field.wrapper] : member;
    for (const one of Array.isArray(inside) ? inside : [inside]) {
      if (field.thing && ["string", "number"].includes(typeof one) && one !== "") keep(field.thing, String(one));
      remember(one, (field.items ?? field).fields ?? []);
    }
  }
}

function keep(thing, value) {
  const values = seen.get(thing) ?? new Set();
  values.delete(value);
  values.add(value);
  if (values.size > SEEN) values.delete(values.values().next().value);
  seen.set(thing, values);
}

/** The values of a thing that were seen, the latest first. */
export const seenOf = (thing) => [...(seen.get(thing) ?? [])].reverse();

/** Lets an input offer what was seen. */
export function offerSeen(input, thing) {
  const list = h("datalist", { id: `${input.id}-seen` });
  input.setAttribute("list", list.id);
  input.addEventListener("focus", () => list.replaceChildren(...seenOf(thing).map((value) => h("option", { value }))));
  return list;
}

/** An identifier that can be chosen, to be used with another operation. */
export function identifier(value, field) {
  return h("button", { type: "button", class: "identifier", "data-name": field.name, title: "Use it with another operation", "aria-haspopup": "dialog" }, String(value));
}

/** What stands around an identifier in a response, nearest first, by name. */
function around(button) {
  const found = new Map();
  for (let place = button.parentElement; place && !place.matches(".pane"); place = place.parentElement) {
    if (!place.matches("tr, ul.tree, table.thing, .view")) continue;
    // Of a list of others, none stands beside it.
    const own = place.matches("ul.tree") ? place.querySelectorAll(":scope > li > .identifier") : place.matches(".view") ? [] : place.querySelectorAll(".identifier");
    for (const other of own) if (!found.has(other.dataset.name)) found.set(other.dataset.name, other.textContent);
  }
  return found;
}

const dialog = document.getElementById("uses");

/** Shows what the chosen identifier can be used for. `given` are the parameters of the call that it came from. */
export async function choose(button, operation, given) {
  const [name, value] = [button.dataset.name, button.textContent];
  const values = around(button);
  for (const [other, text] of Object.entries(given)) if (typeof text === "string" && !values.has(other)) values.set(other, text);
  values.set(name, value);
  const uses = await ask("uses", { name, operation: operation.name, beside: [...values.keys()].filter((other) => other !== name) });
  const list = h("ul", { class: "uses" });
  const found = h("p", { class: "size", role: "status" });
  const wanted = h("input", { type: "search", placeholder: "Find an operation", "aria-label": "Find an operation", autocomplete: "off", oninput: fill });
  function fill() {
    const words = wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = uses.filter((use) => words.every((word) => `${use.operation} ${use.summary}`.toLowerCase().includes(word)));
    found.textContent = fitting.length > LISTED ? `the first ${LISTED} of ${fitting.length} operations` : `${fitting.length} ${fitting.length === 1 ? "operation" : "operations"}`;
    list.replaceChildren(...fitting.slice(0, LISTED).map((use) => h("li", {}, h("a", { href: address(use, values) },
      h("span", { class: "name" }, use.operation, use.access === "write" && h("span", { class: "badge write" }, "changes something")),
      h("span", { class: "summary" }, use.summary.replaceAll("`", "")),
      use.missing.length > 0 && h("span", { class: "summary" }, `Needs ${use.missing.join(", ")} too.`)))));
  }
  fill();
  dialog.replaceChildren(
    h("div", { class: "dialog-head" }, h("h2", { id: "uses-title" }, "Use ", h("code", {}, value)),
      h("div", { class: "tools" }, copyButton(() => value), h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Close"))),
    wanted, found, list);
  dialog.showModal();
  wanted.focus();
}

function address({ operation, given }, values) {
  const as = { text: (value) => value, list: (value) => [value], json: (value) => JSON.stringify([value]) };
  return writeAddress(operation, Object.fromEntries(given.map(({ parameter, from, takes }) => [parameter, as[takes](values.get(from))])), {});
}

// Whoever has chosen an operation has done with the question; the address leads on.
dialog.addEventListener("click", (event) => { if (event.target.closest("a") && !event.ctrlKey && !event.metaKey && !event.shiftKey) dialog.close(); });

// A response as a tree that folds, with the documentation of each field.

import { explain, h } from "./dom.js";
import { identifier } from "./identifiers.js";
import { isObject } from "./members.js";

/** How deep it is unfolded at first, and how many elements of a list are there until more are asked for. */
const OPEN = 3;
const FIRST = 100;

/** The tree of a value. `shape` is that of the schema, as far as it is known. */
export function tree(value, shape, depth = 0) {
  const entries = Array.isArray(value)
    ? value.map((element, index) => [index, element, elementShape(shape)])
    : Object.entries(value).map(([name, member]) => [name, member, memberShape(shape, name)]);
  const list = h("ul", { class: "tree" });
  let shown = 0;
  const more = () => {
    list.querySelector(":scope > .more")?.remove();
    list.append(...entries.slice(shown, shown + FIRST).map(([name, member, inner]) => node(name, member, inner, depth)));
    shown = Math.min(entries.length, shown + FIRST);
    if (shown < entries.length) list.append(h("li", { class: "more" }, h("button", { type: "button", class: "link", onclick: more }, `${entries.length - shown} more`)));
  };
  more();
  return list;
}

/** The shape of an element; what a list of texts names, each of them names. */
function elementShape(shape) {
  if (!shape?.items) return shape?.wrapper ? shape : undefined;
  return shape.thing && !shape.items.fields ? { ...shape.items, name: shape.name, thing: shape.thing } : shape.items;
}

/** The shape of a member; the one member of a wrapper is the list itself. */
function memberShape(shape, name) {
  if (!shape) return undefined;
  if (shape.type === "list" && shape.wrapper === name) return { ...shape, wrapper: null, doc: shape.doc };
  if (shape.type === "map") return shape.items;
  return shape.fields?.find((field) => field.name === name);
}

function node(name, value, shape, depth) {
  // An element of a list is told by its number, and by what it is called.
  const title = typeof name === "number" ? [`#${name + 1}`, called(value, shape)].filter(Boolean).join(" ") : name;
  const key = explain(h("span", { class: "key", tabindex: shape?.doc ? "0" : false }, title), documentation(value, shape));
  if (value !== null && typeof value === "object") {
    const count = Array.isArray(value) ? value.length : Object.keys(value).length;
    const summary = Array.isArray(value) ? `list of ${count}` : `${count} ${count === 1 ? "member" : "members"}`;
    if (count === 0) return h("li", {}, key, h("span", { class: "none" }, Array.isArray(value) ? "empty list" : "empty object"));
    const details = h("details", { open: depth < OPEN }, h("summary", {}, key, h("span", { class: "size" }, summary)));
    const fill = () => { if (details.open && details.children.length === 1) details.append(tree(value, shape, depth + 1)); };
    details.addEventListener("toggle", fill);
    fill();
    return h("li", {}, details);
  }
  return h("li", {}, key, leaf(value, shape));
}

/** What an object is called: its first identifier, or its first member that is called so. */
function called(value, shape) {
  if (!isObject(value)) return "";
  const isText = (name) => typeof value[name] === "string" && value[name] !== "" && value[name].length < 80;
  const fields = (shape?.fields ?? []).filter((field) => !field.sensitive);
  const own = fields.find((field) => field.thing && /Id$/.test(field.name) && Object.hasOwn(value, field.name) && isText(field.name))
    ?? fields.find((field) => /(Id|Name|Key)$/.test(field.name) && Object.hasOwn(value, field.name) && isText(field.name));
  return own ? value[own.name] : "";
}

function documentation(value, shape) {
  if (!shape?.doc) return "";
  const meaning = shape.values?.find((known) => known.value === value)?.doc;
  return meaning ? `${shape.doc} \`${value}\`: ${meaning}` : shape.doc;
}

/** A value without members; what is sensitive is shown on demand. */
export function leaf(value, shape) {
  if (value === null || value === "") return h("span", { class: "none" }, value === null ? "null" : "empty");
  const kind = typeof value === "string" ? "string" : typeof value === "number" ? "number" : "keyword";
  if (shape?.thing && ["string", "number"].includes(typeof value)) return identifier(value, shape);
  const text = h("span", { class: `value t-${kind}` }, String(value));
  if (!shape?.sensitive) return text;
  return h("button", { type: "button", class: "link", onclick: (event) => event.target.replaceWith(text) }, "hidden, show");
}

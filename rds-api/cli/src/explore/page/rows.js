// Editors of values of every shape: what a form consists of, however deep.
//
// An editor has an `element`, gives its value (`undefined` for none), and takes one.

import { h, inline } from "./dom.js";
import { offerSeen } from "./identifiers.js";

const NUMBERS = ["int32", "int64", "float", "double"];

/** The types of values that have others in them. */
export const NESTED = ["list", "object", "map"];

/** The editor of a field. `id` is that of the control which a label is for. */
export function editor(field, id, changed) {
  const inner = make(field, field, id, changed);
  return NESTED.includes(field.type) ? orJson(inner, id, changed) : inner;
}

function make(field, shape, id, changed) {
  switch (shape.type) {
    case "list": return list(field, shape.items, id, changed);
    case "object": return object(shape, id, changed);
    case "map": return map(shape.items, id, changed);
    case "bool": return select([["true", ""], ["false", ""]], id, changed);
    case "enum": return enumeration(field, shape, id, changed);
    case "string": return shape.values?.length ? known(field, shape, id, changed) : text(field, shape, id, changed);
    default: return text(field, shape, id, changed);
  }
}

/** The value of a scalar inside of JSON, where numbers are numbers. */
function typed(shape, value) {
  if (typeof value !== "string") return value;
  if (shape.type === "bool" && /^(true|false)$/.test(value)) return value === "true";
  const number = Number(value);
  const fits = value.trim() !== "" && Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER;
  return NUMBERS.includes(shape.type) && fits ? number : value;
}

function text(field, shape, id, changed) {
  const secret = field.sensitive;
  const isLong = shape.type === "json" || (!secret && (field.limits?.max_length ?? 0) > 400);
  const input = h(isLong ? "textarea" : "input", {
    id,
    type: isLong ? false : secret ? "password" : "text",
    inputmode: NUMBERS.includes(shape.type) ? "decimal" : false,
    placeholder: secret ? false : field.example ?? false,
    autocomplete: secret ? "new-password" : "off",
    autocapitalize: "off",
    spellcheck: "false",
    oninput: changed,
  });
  const seen = !isLong && (shape.type === "timestamp" ? offerTimes(input) : field.thing && offerSeen(input, field.thing));
  const reveal = secret && h("button", {
    type: "button", class: "quiet", "aria-pressed": "false", onclick: () => {
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      reveal.textContent = shown ? "Show" : "Hide";
      reveal.setAttribute("aria-pressed", String(!shown));
    },
  }, "Show");
  return {
    element: secret ? h("div", { class: "with-button" }, input, reveal) : seen ? h("div", {}, input, seen) : input,
    value: () => input.value === "" ? undefined : input.value,
    set: (value) => { input.value = value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value); },
  };
}

/** Lets an input offer times that are read from when the call is made. */
function offerTimes(input) {
  const list = h("datalist", { id: `${input.id}-times` }, ["now", "-1h", "-1d", "-7d", "today", "yesterday", "tomorrow", "+1h"].map((value) => h("option", { value })));
  input.setAttribute("list", list.id);
  return list;
}

/** A text with its known values to choose from, several of them with commas. */
function known(field, shape, id, changed) {
  const inner = text(field, shape, id, changed);
  const about = h("p", { class: "meaning" });
  const choice = h("select", { "aria-label": `A known value of ${field.name ?? "this"} to add`, onchange: () => {
    const chosen = shape.values.find((value) => value.value === choice.value);
    const given = (inner.value() ?? "").split(",").filter(Boolean);
    if (chosen && !given.includes(chosen.value)) inner.set([...given, chosen.value].join(","));
    about.replaceChildren(...inline(chosen?.doc ?? ""));
    choice.value = "";
    changed();
  } }, h("option", { value: "" }, "add a known one …"), shape.values.map((value) => h("option", { value: value.value }, value.value)));
  return { ...inner, element: h("div", {}, inner.element, choice, about) };
}

function select(options, id, changed) {
  const input = h("select", { id, onchange: changed },
    h("option", { value: "" }, "not set"),
    options.map(([value, label]) => h("option", { value }, label || value)));
  return {
    element: input,
    value: () => input.value || undefined,
    set: (value) => { input.value = value === undefined ? "" : String(value); },
  };
}

/** The known values as choices, with what each means, and a way to give another. */
function enumeration(field, shape, id, changed) {
  const OTHER = "\u0000other";
  const known = (value) => shape.values.find((known) => known.value === value);
  const about = h("p", { class: "meaning" });
  const other = h("input", { type: "text", class: "other", "aria-label": `Another value of ${field.name ?? "this"}`, hidden: true, oninput: changed });
  const input = h("select", { id, onchange: () => { react(); changed(); } },
    h("option", { value: "" }, "not set"),
    shape.values.map((value) => h("option", { value: value.value }, value.value)),
    h("option", { value: OTHER }, "another value …"));
  function react() {
    other.hidden = input.value !== OTHER;
    about.replaceChildren(...inline(known(input.value)?.doc ?? ""));
  }
  return {
    element: h("div", {}, input, other, about),
    value: () => (input.value === OTHER ? other.value : input.value) || undefined,
    set: (value) => {
      const text = value === undefined ? "" : String(value);
      input.value = text === "" || known(text) ? text : OTHER;
      other.value = input.value === OTHER ? text : "";
      react();
    },
  };
}

function list(field, items, id, changed) {
  const rows = [];
  const holder = h("div", { class: "rows" });
  const element = h("div", {}, holder,
    h("button", { type: "button", class: "quiet add", onclick: () => { add(); changed(); } }, "Add one"));
  function add(value) {
    const inner = make(items.type === "object" ? {} : field, items, `${id}-${rows.length + 1}`, changed);
    const row = { inner };
    row.element = h("div", { class: "row" }, h("div", { class: "row-value" }, inner.element),
      h("button", { type: "button", class: "quiet remove", "aria-label": "Remove this one", onclick: () => {
        rows.splice(rows.indexOf(row), 1);
        row.element.remove();
        changed();
      } }, "Remove"));
    if (value !== undefined) inner.set(value);
    rows.push(row);
    holder.append(row.element);
    if (value === undefined) row.element.querySelector("input, select, textarea")?.focus();
  }
  return {
    element,
    value: () => {
      const values = rows.map(({ inner }) => typed(items, inner.value())).filter((value) => value !== undefined);
      return values.length ? values : undefined;
    },
    set: (value) => {
      rows.splice(0);
      holder.replaceChildren();
      (Array.isArray(value) ? value : []).forEach((one) => add(one));
    },
  };
}

function object(shape, id, changed) {
  const members = shape.fields.map((field, index) => {
    const inner = make(field, field, `${id}-${index}`, changed);
    const about = h("p", { class: "about" }, inline(field.doc));
    return { field, inner, element: h("div", { class: "member" },
      h("label", { for: `${id}-${index}` }, field.name, field.required && h("span", { class: "required" }, "required")), inner.element, about) };
  });
  return {
    element: h("div", { class: "members" }, members.map((member) => member.element)),
    value: () => {
      const value = {};
      for (const { field, inner } of members) {
        const given = typed(field, inner.value());
        if (given !== undefined) value[field.name] = given;
      }
      return Object.keys(value).length ? value : undefined;
    },
    set: (value) => members.forEach(({ field, inner }) => inner.set(value?.[field.name] ?? undefined)),
  };
}

function map(items, id, changed) {
  const rows = [];
  const holder = h("div", { class: "rows" });
  function add(key = "", value) {
    const name = h("input", { type: "text", "aria-label": "Key", placeholder: "key", value: key, oninput: changed });
    name.value = key;
    const inner = make({}, items, `${id}-${rows.length}`, changed);
    if (value !== undefined) inner.set(value);
    const row = { name, inner };
    row.element = h("div", { class: "row" }, h("div", { class: "row-value pair" }, name, inner.element),
      h("button", { type: "button", class: "quiet remove", "aria-label": "Remove this one", onclick: () => {
        rows.splice(rows.indexOf(row), 1);
        row.element.remove();
        changed();
      } }, "Remove"));
    rows.push(row);
    holder.append(row.element);
  }
  return {
    element: h("div", {}, holder, h("button", { type: "button", class: "quiet add", onclick: () => { add(); changed(); } }, "Add one")),
    value: () => {
      const entries = rows.filter(({ name }) => name.value !== "").map(({ name, inner }) => [name.value, typed(items, inner.value()) ?? ""]);
      return entries.length ? Object.fromEntries(entries) : undefined;
    },
    set: (value) => {
      rows.splice(0);
      holder.replaceChildren();
      Object.entries(value ?? {}).forEach(([key, value]) => add(key, value));
    },
  };
}

/** An editor in rows that can also be edited as JSON. */
function orJson(rows, id, changed) {
  const json = h("textarea", { id: `${id}-json`, class: "json", rows: 6, spellcheck: "false", "aria-label": "As JSON", hidden: true, oninput: changed });
  const toggle = h("button", { type: "button", class: "link", "aria-pressed": "false", onclick: () => {
    const toJson = json.hidden;
    if (toJson) json.value = JSON.stringify(rows.value() ?? null, null, 2).replace(/^null$/, "");
    else if (!take(json.value)) return;
    show(toJson);
    changed();
  } }, "Edit as JSON");
  function show(asJson) {
    json.hidden = !asJson;
    rows.element.hidden = asJson;
    toggle.textContent = asJson ? "Edit in rows" : "Edit as JSON";
    toggle.setAttribute("aria-pressed", String(asJson));
  }
  function take(text) {
    try {
      rows.set(text.trim() === "" ? undefined : JSON.parse(text));
      return true;
    } catch {
      json.focus();
      return false;
    }
  }
  return {
    element: h("div", {}, rows.element, json),
    toggle,
    // What is no JSON yet goes to the server as it is, which says what is wrong with it.
    value: () => {
      if (json.hidden) return rows.value();
      try { return json.value.trim() === "" ? undefined : JSON.parse(json.value); } catch { return json.value; }
    },
    set: (value) => { show(false); rows.set(value); },
  };
}

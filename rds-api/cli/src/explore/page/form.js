// The form of an operation, made from its description.

import { ask, choice, h, inline, prose } from "./dom.js";
import { seenOf } from "./identifiers.js";
import { makeRanges } from "./ranges.js";
import { editor, NESTED } from "./rows.js";

/** Whether a caller must give the parameter: the client fills in those with a role. */
const isArgument = (field) => field.required && !field.role;

/** A range of numbers with their digits in groups. */
const readable = (hint) => (/^[\d.]+ to [\d.]+$/.test(hint) ? hint.replace(/\d{5,}/g, (digits) => Number(digits).toLocaleString("en")) : hint);

/** How a call is sent unless the form says otherwise. */
const DEFAULTS = { format: "json", signature: "v3" };

/** Of more parameters than this, those that are wanted can be searched for. */
const MANY = 12;

/** The form of an operation. `notes` has what the server says of each parameter besides its documentation, `examples` the
    values to try those with that are required; `changed` is told of every change, `submit` runs it. */
export function makeForm(operation, { notes, examples }, { changed, submit }) {
  const fields = new Map();
  const touched = new Set();
  const settings = { ...DEFAULTS };

  function block(field) {
    const id = `field-${field.name}`;
    const inner = editor(field, id, () => { touched.add(field.name); changed(); });
    const problem = h("p", { class: "problem", id: `${id}-problem`, hidden: true });
    const { type, values } = notes[field.name];
    // A field of one line shows the example itself as long as it is empty.
    const hints = (field.example && NESTED.includes(field.type) ? [...values, `such as \`${field.example}\``] : values).map(readable);
    const control = inner.element.id === id ? inner.element : inner.element.querySelector(`#${CSS.escape(id)}`);
    control?.setAttribute("aria-describedby", `${id}-doc ${id}-problem`);
    if (isArgument(field)) control?.setAttribute("aria-required", "true");
    const label = control ? "label" : "span";
    const element = h("div", { class: "field", "data-name": field.name },
      h("div", { class: "field-head" },
        h(label, { class: "label", for: control ? id : false }, field.name),
        isArgument(field) && h("span", { class: "required" }, "required"),
        h("span", { class: "type" }, type, inner.toggle && [" · ", inner.toggle]),
        field.deprecated && h("span", { class: "badge old" }, "deprecated")),
      h("div", { class: "control" }, inner.element, problem),
      h("div", { class: "doc", id: `${id}-doc` },
        prose(field.doc),
        hints.length > 0 && h("p", { class: "hints" }, hints.flatMap((hint, at) => [at ? " · " : "", ...inline(hint)])),
        field.deprecated && h("p", { class: "hints" }, inline(`Deprecated: ${field.deprecated}`))));
    fields.set(field.name, { field, inner, element, problem, control });
    return element;
  }

  /** Parameters that hardly anyone sets. */
  const isRare = (field) => field.is_common || field.deprecated;
  const required = operation.parameters.filter(isArgument);
  const optional = operation.parameters.filter((field) => !isArgument(field) && !isRare(field));
  const rare = operation.parameters.filter((field) => !isArgument(field) && isRare(field));
  const group = (title, members, open) => members.length > 0 && h("details", { class: "group", open },
    h("summary", {}, h("span", {}, title), h("span", { class: "count" }, String(members.length))),
    members.length > MANY && narrow(), members.map(block));

  /** A field that leaves only those parameters that have what is typed. */
  function narrow() {
    const none = h("p", { class: "nothing", role: "status" });
    const input = h("input", { type: "search", class: "narrow", placeholder: "Find a parameter", "aria-label": "Find a parameter", oninput: () => {
      const wanted = input.value.trim().toLowerCase();
      for (const { field, element } of fields.values()) {
        if (element.parentElement !== input.parentElement) continue;
        element.hidden = !`${field.name} ${field.doc}`.toLowerCase().includes(wanted);
      }
      const fits = [...fields.values()].some(({ element }) => element.parentElement === input.parentElement && !element.hidden);
      none.textContent = fits ? "" : "No parameter fits.";
    } });
    return [input, none];
  }

  const filled = h("p", { class: "size", role: "status" });
  const summary = h("div", { class: "problems", role: "alert", hidden: true });
  const runButton = h("button", { type: "submit", class: "primary", title: "Ctrl + Enter" }, "Run");
  const element = h("form", { class: "form", novalidate: true, autocomplete: "off", onsubmit: (event) => { event.preventDefault(); submit(false); } },
    makeRanges(operation, assign),
    required.length > 0 && h("section", { class: "group" }, h("h2", {}, "Required"), required.map(block)),
    required.length === 0 && h("p", { class: "nothing" }, "Nothing is required."),
    group("Optional", optional, optional.length <= 8),
    group("Rarely set", rare, false),
    h("details", { class: "group settings" }, h("summary", {}, h("span", {}, "How it is sent")),
      choice("Response as", "format", [["json", "JSON"], ["xml", "XML"]], settings.format, (value) => setSetting("format", value)),
      choice("Signature", "signature", [["v3", "V3, HMAC-SHA256"], ["v1", "V1, HMAC-SHA1"]], settings.signature, (value) => setSetting("signature", value))),
    summary,
    h("div", { class: "actions" }, runButton,
      h("button", { type: "button", class: "quiet", onclick: fillExamples }, "Fill in examples"),
      h("button", { type: "button", class: "quiet", onclick: () => set({}) }, "Clear"), filled));

  /** What the server wants to know of the form. */
  function value() {
    const parameters = {};
    for (const [name, { inner }] of fields) {
      const given = inner.value();
      if (given !== undefined) parameters[name] = given;
    }
    return { operation: operation.name, parameters, ...settings };
  }

  /** The settings that differ from what is usual. */
  const ownSettings = () => Object.fromEntries(Object.entries(settings).filter(([name, value]) => value !== DEFAULTS[name]));

  function setSetting(name, value) {
    settings[name] = value;
    changed();
  }

  function set(values, given = {}) {
    touched.clear();
    filled.textContent = "";
    for (const name of Object.keys(DEFAULTS)) {
      const radio = [...element.querySelectorAll(`input[name=${name}]`)].find((radio) => radio.value === (given[name] ?? DEFAULTS[name]));
      if (radio) { radio.checked = true; settings[name] = radio.value; }
    }
    for (const [name, { inner, field, element }] of fields) {
      // The server never tells a secret: what it shows in its place is no value.
      inner.set(field.sensitive ? undefined : read(field, values[name]));
      if (values[name] != null) element.closest("details")?.setAttribute("open", "");
    }
    show([], false);
    changed();
  }

  /** Puts some values in, and leaves the others as they are. */
  function assign(values) {
    for (const [name, value] of Object.entries(values)) {
      const entry = fields.get(name);
      entry?.inner.set(read(entry.field, value));
      entry?.element.closest("details")?.setAttribute("open", "");
    }
    changed();
  }

  /** A value as the editor takes it: an address has JSON in the place of lists and objects. */
  function read(field, value) {
    if (typeof value !== "string" || !NESTED.includes(field.type)) return value ?? undefined;
    try { return JSON.parse(value); } catch { return undefined; }
  }

  /** Fills in what is required: what was seen of the account, or else what the server suggests. */
  function fillExamples() {
    const without = [];
    for (const { field, inner } of fields.values()) {
      if (!isArgument(field) || inner.value() !== undefined) continue;
      const [seen] = field.thing ? seenOf(field.thing) : [];
      const example = seen !== undefined && field.type !== "list" ? seen : examples[field.name];
      if (example === undefined) without.push(field.name);
      else inner.set(example);
    }
    filled.textContent = without.length > 0 ? `There is no example of ${without.join(", ")}.` : "All that is required is filled in.";
    changed();
  }

  const order = operation.parameters.map((field) => field.name);

  /** Shows what is wrong: while someone types only what they have typed, after a run everything. */
  function show(problems, all) {
    for (const [name, entry] of fields) {
      const own = problems.filter((problem) => problem.parameter === name && (all || touched.has(name)) && (all || problem.reason !== "it is required" || problem.path !== name));
      entry.problem.hidden = own.length === 0;
      entry.problem.replaceChildren(...inline(own.map((problem) => (problem.path === name ? problem.reason : `${problem.path}: ${problem.reason}`)).join("; ")));
      if (own.length) entry.control?.setAttribute("aria-invalid", "true");
      else entry.control?.removeAttribute("aria-invalid");
      entry.element.classList.toggle("wrong", own.length > 0);
    }
    summary.hidden = !all || problems.length === 0;
    if (!all || problems.length === 0) return;
    problems.sort((one, other) => order.indexOf(one.parameter) - order.indexOf(other.parameter));
    summary.replaceChildren(
      h("p", {}, problems.length === 1 ? "One thing is not right yet; nothing was sent." : `${problems.length} things are not right yet; nothing was sent.`),
      h("ul", {}, problems.map((problem) => h("li", {},
        h("button", { type: "button", class: "link", onclick: () => focus(problem.parameter) }, problem.path), " ", inline(problem.reason)))),
      h("button", { type: "button", class: "quiet", onclick: () => submit(true) }, "Send it anyway"));
    focus(problems[0].parameter);
  }

  /** Goes to a parameter. */
  function focus(name) {
    const entry = fields.get(name);
    if (!entry) return;
    entry.element.closest("details")?.setAttribute("open", "");
    entry.element.hidden = false;
    (entry.control ?? entry.element.querySelector("input, select, textarea, button"))?.focus();
    entry.element.scrollIntoView({ block: "center" });
  }

  return { element, value, set, assign, settings: ownSettings, show, focus, busy: (is) => { runButton.disabled = is; runButton.textContent = is ? "Running …" : "Run"; } };
}

/** Asks the server for the code of the form and for what is wrong with it. */
export const preview = (form) => ask("preview", form);

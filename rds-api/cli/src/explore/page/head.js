// What stands above the form of an operation.

import { external, h, inline, prose } from "./dom.js";

/** What the operation does, at a glance. */
export function makeHead(operation, family) {
  const codes = Object.entries(operation.errors ?? {});
  return h("header", { class: "head" },
    h("p", { class: "crumb" }, family),
    h("div", { class: "title" }, h("h1", { tabindex: "-1" }, operation.name),
      h("span", { class: `badge ${operation.access}` }, reach(operation)),
      operation.deprecated && h("span", { class: "badge old" }, "deprecated")),
    h("p", { class: "lead" }, inline(operation.summary)),
    operation.deprecated && h("p", { class: "hints" }, inline(`Deprecated: ${operation.deprecated}`)),
    h("details", { class: "about-operation" }, h("summary", {}, "About this operation"),
      prose(operation.description ?? ""),
      codes.length > 0 && h("details", { class: "codes" }, h("summary", {}, "Errors it is known to return"),
        codes.map(([status, names]) => h("p", {}, `${status}: `, names.flatMap((name, at) => [at ? ", " : "", h("code", {}, name)])))),
      h("p", {}, external(operation.documentation_url, "The official page"))));
}

function reach({ access, writes_when: values = [] }) {
  const exception = values.map(({ name, value }) => `${name}=${value}`).join(" or ");
  if (access === "write") return "changes something";
  return exception ? `reads, but with ${exception} changes something` : "reads";
}

// What an operation returns, before it is called.

import { h, inline, prose } from "./dom.js";

/** The members of the response with their documentation, what follows and what can be waited for. */
export function makeDocumented({ response, waiters = [], follows }) {
  return h("div", { class: "documented" },
    h("h2", {}, "What it returns"),
    response.length > 0 ? h("ul", { class: "fields" }, response.map((field) => member(field, 0))) : h("p", { class: "nothing" }, "Nothing but the id of the request."),
    follows && [h("h2", {}, "What follows"), h("p", {}, "What it begins can be followed until it is done, by ", inline(`\`${follows.operation}\``), ", waiting for ", h("code", {}, follows.waiter), ".")],
    waiters.length > 0 && [h("h2", {}, "What can be waited for"), h("dl", {}, waiters.map(({ name, doc }) => [h("dt", {}, h("code", {}, name)), h("dd", {}, prose(doc))]))]);
}

function member(field, depth) {
  const inside = (field.items ?? field).fields ?? [];
  const type = field.type === "list" ? `list of ${field.items.name ?? field.items.type}` : field.name_of_type ?? field.type;
  const about = [h("code", { class: "key" }, field.name), h("span", { class: "size" }, ` ${type}${field.sensitive ? ", hidden until it is asked for" : ""}`), h("p", {}, inline(field.doc ?? ""))];
  if (inside.length === 0) return h("li", {}, about);
  const details = h("details", { open: depth === 0 && inside.length < 12 }, h("summary", {}, `${inside.length} members`));
  const fill = () => { if (details.open && details.children.length === 1) details.append(h("ul", { class: "fields" }, inside.map((field) => member(field, depth + 1)))); };
  details.addEventListener("toggle", fill);
  fill();
  return h("li", {}, about, details);
}

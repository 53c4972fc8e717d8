// The outcome of a call: status, response as table, tree or text, and what an error means.

import { readBody } from "./body.js";
import { makeDocumented } from "./documented.js";
import { makeFollowed } from "./followed.js";
import { choice, copyButton, external, h, inline } from "./dom.js";
import { choose, remember } from "./identifiers.js";
import { makeCharts } from "./chart.js";
import { makeOverview } from "./overview.js";
import { readSeries } from "./series.js";
import { tree } from "./tree.js";

/** A pane for responses. `goTo` goes to a parameter of the form, `turn` to another page, `repeat` are buttons that repeat
    the call, `fail` is told of what goes wrong with the page. */
export function makeResponse(operation, { goTo, turn, repeat, fail }) {
  const status = h("p", { class: "unseen", role: "status" });
  const above = h("div");
  const below = h("div");
  // What stays keeps the focus when another response takes the place of the one before.
  const again = h("div", { hidden: true }, repeat);
  const element = h("div", { class: "pane" }, status, above, again, below);
  let shown = null;
  below.addEventListener("click", (event) => {
    const button = event.target.closest(".identifier");
    if (button) choose(button, operation, shown.parameters).catch(fail);
  });
  let view = null;
  let followed = null;

  function set(call) {
    shown = call;
    followed?.stop();
    followed = call?.follow ? makeFollowed(call.follow, fail) : null;
    again.hidden = call?.access !== "read";
    if (!call) {
      below.replaceChildren(h("p", { class: "nothing" }, "Nothing was run yet. Fill in the form and press Run."), makeDocumented(operation));
      return;
    }
    status.textContent = call.not_done ? `Not done: ${call.not_done}` : call.ok ? `Done with ${call.status}` : `Failed: ${call.error.code ?? call.error.kind}`;
    above.replaceChildren(...[facts(call), followed?.element].filter(Boolean));
    below.replaceChildren(...[
      call.is_example && h("p", { class: "example", role: "note" }, "The embedded service does not simulate this operation: the response is made of the examples of the documentation, and says nothing of what was done before."),
      ...(call.ok ? [] : [failure(call.error)]),
      ...(call.not_done ? [h("section", { class: "failure" }, h("h2", {}, "Not done"), h("p", { class: "message" }, inline(call.not_done)))] : []),
      ...body(call),
    ].filter(Boolean));
  }

  function failure(error) {
    return h("section", { class: "failure" },
      h("h2", {}, error.code ? h("code", {}, error.code) : error.kind),
      h("p", { class: "message" }, error.message),
      h("dl", {},
        h("dt", {}, "What it means"), h("dd", {}, inline(error.meaning)),
        h("dt", {}, "What to do"), h("dd", {}, inline(error.todo),
          error.parameter && h("p", {}, h("button", { type: "button", class: "link", onclick: () => goTo(error.parameter) }, `Go to ${error.parameter}`), h("span", { class: "muted" }, " ", inline(error.parameter_doc)))),
        h("dt", {}, "Was it done?"), h("dd", {}, error.executed)),
      h("p", { class: "muted" }, error.code && (error.documented
        ? `${error.code} is one of the errors that ${operation.name} is known for.`
        : `${error.code} is not among the errors that ${operation.name} is known for; every operation may return it.`),
      error.retryable && " The same call may succeed later."),
      error.recommendation && h("p", {}, external(error.recommendation, "The service's page on this error")),
      error.recommendation_text && h("p", { class: "muted" }, "The response names an address that is not one of the vendor's: ", h("code", {}, error.recommendation_text)));
  }

  function body(call) {
    if (call.body === null) return [h("p", { class: "nothing" }, call.attempts.length ? "There is no body to show." : "Nothing was sent.")];
    const value = readBody(call.body, operation);
    if (call.ok && value) remember(value, operation.response);
    const tables = call.ok && value ? makeOverview(value, operation, call, turn) : [];
    const metrics = call.ok && value ? readSeries(value, operation.response) : [];
    const views = [metrics.length && ["chart", "Chart"], tables.length && ["table", "Table"], value && ["tree", "Tree"], ["raw", "Raw"]].filter(Boolean);
    const shown = h("div", { class: "view" });
    const show = (chosen) => {
      if (chosen === "chart") shown.replaceChildren(makeCharts(operation.name, metrics));
      else if (chosen === "table") shown.replaceChildren(...tables);
      else if (chosen === "tree") shown.replaceChildren(tree(value, { type: "object", fields: call.ok ? operation.response : [] }));
      else shown.replaceChildren(raw(call.body, call.ok ? sensitive(operation.response) : []));
    };
    const chosen = views.some(([name]) => name === view) ? view : views[0][0];
    show(chosen);
    return [choice("Show as", "view", views, chosen, (value) => { view = value; show(value); }), shown];
  }

  set();
  return { element, set, stop: () => followed?.stop() };
}

/** Status, times, attempts and request id. */
function facts(call) {
  const time = call.elapsed_ms < 10 ? call.elapsed_ms.toFixed(1) : Math.round(call.elapsed_ms);
  const attempts = call.attempts.length;
  const each = call.attempts.map((attempt) => `${attempt.status ?? "no response"}, ${Math.round(attempt.elapsed_ms)} ms`).join("; ");
  return h("dl", { class: "facts" },
    h("div", {}, h("dt", {}, "Status"), h("dd", { class: call.ok && !call.not_done ? "good" : "bad" }, call.status ?? "none")),
    h("div", {}, h("dt", {}, "Took"), h("dd", {}, `${time} ms`)),
    h("div", {}, h("dt", {}, "At"), h("dd", {}, new Date(call.at).toLocaleTimeString())),
    h("div", { title: each || false }, h("dt", {}, "Attempts"), h("dd", {}, String(attempts))),
    call.request_id && h("div", {}, h("dt", {}, "Request id"), h("dd", { class: "id" }, h("code", {}, call.request_id), copyButton(() => call.request_id))));
}

/** The names of members that are sensitive, however deep. */
function sensitive(fields) {
  return fields.flatMap((field) => [field.sensitive ? [field.name] : [], sensitive(field.fields ?? []), sensitive(field.items?.fields ?? [])].flat());
}

/** The body as it came, laid out; sensitive values are shown on demand. */
function raw(body, names) {
  let text = body;
  try { text = JSON.stringify(JSON.parse(body), null, 2); } catch { text = body.replaceAll("><", ">\n<"); }
  const hidden = names.reduce((text, name) => text
    .replace(new RegExp(`("${name}": )("(?:[^"\\\\]|\\\\.)+"|\\d+)`, "g"), '$1"hidden"')
    .replace(new RegExp(`(<${name}>)[^<]+(</${name}>)`, "g"), "$1hidden$2"), text);
  const pre = h("pre", { class: "raw", tabindex: "0", "aria-label": "Body of the response" }, hidden);
  const reveal = hidden !== text && h("button", { type: "button", class: "quiet", onclick: () => { pre.textContent = text; reveal.remove(); } }, "Show sensitive values");
  return h("div", {}, h("div", { class: "pane-head" }, h("p", {}, "The body of the response."), reveal, copyButton(() => pre.textContent)), pre);
}

// The page of an operation: its form, and beside it the program and the response.

import { keepAddress } from "./address.js";
import { readBody } from "./body.js";
import { makeCode } from "./code.js";
import { confirmed } from "./confirm.js";
import { ask, h } from "./dom.js";
import { makeForm, preview } from "./form.js";
import { makeHead } from "./head.js";
import { makeRepeat } from "./repeat.js";
import { makeResponse } from "./response.js";
import { makeSigning } from "./signing.js";
import { makeTabs } from "./tabs.js";

/** How long typing rests before the code follows, in milliseconds. */
const REST = 120;

/** The page. `described` is what the server says of the operation, `fail` is told of what went wrong. */
export function makeOperation({ operation, notes, is_real: isReal }, family, fail) {
  let asked = 0;
  let timer;

  async function refresh() {
    clearTimeout(timer);
    const number = ++asked;
    const given = form.value();
    const { code, problems, shareable } = await preview(given);
    if (number !== asked) return;
    program.set(code);
    form.show(problems, false);
    keepAddress(operation.name, shareable, form.settings());
  }
  function changed() {
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(fail), REST);
  }
  /** Makes the call, and gives the value of its response if that is a success. */
  async function submit(unchecked, extra = {}) {
    const outcome = await ask("run", { ...form.value(), unchecked, ...extra });
    if (outcome.problems) {
      form.show(outcome.problems, true);
      return undefined;
    }
    if (outcome.question) {
      if (!await confirmed(operation, outcome.question)) return undefined;
      return submit(unchecked, { confirmation: outcome.question.token });
    }
    show(outcome.call);
    return outcome.call.ok && outcome.call.body !== null ? readBody(outcome.call.body, operation) : undefined;
  }
  async function run(unchecked = false) {
    form.busy(true);
    // The program beside the form must be that of the call, also in front of the question whether to make it.
    try { await refresh(); await submit(unchecked); } catch (error) { fail(error); } finally { form.busy(false); }
  }
  /** Runs the form with some values of its own: those of another page. */
  function turn(values) {
    form.assign(values);
    return run();
  }
  function show(call) {
    response.set(call);
    signing.set(call);
    panes.show("response");
    if (matchMedia("(max-width: 1100px)").matches) panes.element.scrollIntoView({ block: "start" });
  }
  function stop() {
    clearTimeout(timer);
    asked += 1;
    repeat.stop();
  }

  const form = makeForm(operation, notes, { changed, submit: run });
  const repeat = makeRepeat(operation, {
    call: () => submit(false, { unrecorded: true }),
    isGiven: (name) => form.value().parameters[name] !== undefined,
    goTo: form.focus,
  });
  const program = makeCode(isReal);
  const response = makeResponse(operation, { goTo: form.focus, turn, repeat: repeat.element });
  const signing = makeSigning();
  const panes = makeTabs("Results", [["code", "Code", program], ["response", "Response", response], ["signing", "Signature", signing]], makeWiden());
  const element = h("article", { class: "operation" }, makeHead(operation, family), h("div", { class: "columns" }, form.element, panes.element));
  /** Settles once the address has the form. */
  const keep = () => refresh().catch(() => {});
  /** A button that gives the results the whole width. */
  function makeWiden() {
    const button = h("button", { type: "button", class: "quiet small widen", "aria-pressed": "false", onclick: () => {
      const isWide = element.querySelector(".columns").classList.toggle("wide");
      button.setAttribute("aria-pressed", String(isWide));
      button.textContent = isWide ? "Beside the form" : "Full width";
    } }, "Full width");
    return button;
  }
  return { element, form, run, show, stop, keep, begin: () => panes.show("code") };
}

// The page of an operation: its form, and beside it the program and the response.

import { keepAddress } from "./address.js";
import { makeCode } from "./code.js";
import { confirmed } from "./confirm.js";
import { ask, h } from "./dom.js";
import { makeForm, preview } from "./form.js";
import { makeHead } from "./head.js";
import { noteIdentifiers } from "./identifiers.js";
import { makeRepeat } from "./repeat.js";
import { makeResponse } from "./response.js";
import { makeSigning } from "./signing.js";
import { makeTabs } from "./tabs.js";

/** How long typing rests before the code follows, in milliseconds. */
const REST = 120;

/** The page. `described` is what the server says of the operation, `fail` is told of what went wrong. */
export function makeOperation({ operation, notes, examples, identifiers, is_real: isReal }, family, fail) {
  noteIdentifiers(operation.parameters, identifiers);
  noteIdentifiers(operation.response, identifiers);
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
  /** Makes the call, and gives it unless it was not made. */
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
    look(outcome.call);
    return outcome.call;
  }
  async function run(unchecked = false) {
    form.busy(true);
    stopRepeating();
    // The program beside the form must be that of the call, also in front of the question whether to make it.
    try { await refresh(); if (await submit(unchecked)) reach(); } catch (error) { fail(error); } finally { form.busy(false); }
  }
  /** Runs the form with some values of its own: those of another page. */
  function turn(values) {
    form.assign(values);
    return run();
  }
  /** Shows a call where responses are, whether that is in sight or not. */
  function look(call) {
    response.set(call);
    signing.set(call);
  }
  function show(call) {
    look(call);
    reach();
  }
  /** Brings the response in sight. */
  function reach() {
    panes.show("response");
    if (matchMedia("(max-width: 1100px)").matches) panes.element.scrollIntoView({ block: "start" });
  }
  function stop() {
    clearTimeout(timer);
    asked += 1;
    stopRepeating();
  }
  function stopRepeating() {
    repeat.stop();
    response.stop();
  }

  const form = makeForm(operation, { notes, examples }, { changed, submit: run });
  const repeat = makeRepeat(operation, {
    call: async () => (await submit(false, { unrecorded: true }))?.ok,
    value: form.value,
    goTo: form.focus,
    look,
    problems: (found) => form.show(found, true),
    fail,
  });
  const program = makeCode(isReal);
  const response = makeResponse(operation, { goTo: form.focus, turn, repeat: repeat.element, fail });
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

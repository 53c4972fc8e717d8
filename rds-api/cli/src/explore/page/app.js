// The page: which operation is shown, and what happens when its form changes or is run.

import { makeCode } from "./code.js";
import { confirmed } from "./confirm.js";
import { ask, h, Unreachable } from "./dom.js";
import { makeForm, makeHead, preview } from "./form.js";
import { startHistory } from "./history.js";
import { familyOf, reveal, startOperations, toggleMenu } from "./operations.js";
import { makeResponse } from "./response.js";
import { makeSigning } from "./signing.js";

/** How long typing rests before the code follows, and how often a call is repeated, in milliseconds. */
const REST = 120;
const REPEAT = 2000;

const main = document.getElementById("main");

/** What is shown: stops when another takes its place. */
let current = { stop() {} };

/** The pane of an operation's results, one of its tabs at a time. */
function tabs(entries) {
  const buttons = new Map();
  const show = (chosen) => {
    for (const [name, button] of buttons) {
      button.setAttribute("aria-selected", String(name === chosen));
      button.tabIndex = name === chosen ? 0 : -1;
      document.getElementById(`pane-${name}`).hidden = name !== chosen;
    }
  };
  const names = entries.map(([name]) => name);
  const bar = h("div", { class: "tabs", role: "tablist", "aria-label": "Results" }, entries.map(([name, title]) => {
    const button = h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `pane-${name}`, onclick: () => show(name) }, title);
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = names[(names.indexOf(name) + step + names.length) % names.length];
      show(next);
      buttons.get(next).focus();
    });
    buttons.set(name, button);
    return button;
  }));
  const panes = entries.map(([name, , pane]) => h("div", { role: "tabpanel", id: `pane-${name}`, "aria-labelledby": `tab-${name}` }, pane.element));
  return { element: h("section", { class: "results", "aria-label": "Results" }, bar, panes), show };
}

async function openOperation(name, call) {
  const { operation, values, notes } = await ask(`operation/${encodeURIComponent(name)}`);
  current.stop();
  let asked = 0;
  let timer;
  let repeating;

  async function refresh() {
    const number = ++asked;
    const { code, problems } = await preview(form.value());
    if (number !== asked) return;
    program.set(code);
    form.show(problems, false);
  }
  function changed() {
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(fail), REST);
  }
  async function submit(unchecked, extra = {}) {
    const outcome = await ask("run", { ...form.value(), unchecked, ...extra });
    if (outcome.problems) {
      form.show(outcome.problems, true);
      return false;
    }
    if (outcome.question) {
      if (!await confirmed(operation, outcome.question)) return false;
      return submit(unchecked, { confirmation: outcome.question.token });
    }
    show(outcome.call);
    return outcome.call.ok;
  }
  async function run(unchecked) {
    clearTimeout(timer);
    form.busy(true);
    // The program beside the form must be that of the call, also in front of the question whether to make it.
    try { await refresh(); await submit(unchecked); } catch (error) { fail(error); } finally { form.busy(false); }
  }
  function show(call) {
    response.set(call);
    signing.set(call);
    panes.show("response");
    if (matchMedia("(max-width: 1100px)").matches) panes.element.scrollIntoView({ block: "start" });
  }
  function stop() {
    clearTimeout(timer);
    clearInterval(repeating);
    repeating = undefined;
    repeat.setAttribute("aria-pressed", "false");
    repeat.textContent = "Repeat every 2 s";
  }
  function toggleRepeat() {
    if (repeating) return stop();
    repeat.setAttribute("aria-pressed", "true");
    repeat.textContent = "Stop repeating";
    const again = async () => {
      if (!document.hidden && !await submit(false, { unrecorded: true }).catch(() => false)) stop();
    };
    repeating = setInterval(again, REPEAT);
    return again();
  }

  const form = makeForm(operation, notes, { changed, submit: run });
  const repeat = h("button", { type: "button", class: "quiet", "aria-pressed": "false", onclick: toggleRepeat }, "Repeat every 2 s");
  const program = makeCode();
  const response = makeResponse(operation, form.focus, repeat);
  const signing = makeSigning();
  const panes = tabs([["code", "Rust", program], ["response", "Response", response], ["signing", "Signature", signing]]);
  main.replaceChildren(h("article", { class: "operation" }, makeHead(operation, familyOf(name)),
    h("div", { class: "columns" }, form.element, panes.element)));
  document.title = `${name} · RDS explorer`;
  main.scrollTop = 0;
  panes.show("code");
  current = { stop };
  form.set(call?.parameters ?? values);
  if (call) show(call);
}

/** Says that the server did not respond as it should. */
function fail(error) {
  document.querySelector(".trouble")?.remove();
  const text = error instanceof Unreachable ? "The explorer does not respond any more: start it again with `rds explore`, and open the new address." : error.message;
  main.prepend(h("p", { class: "trouble", role: "alert" }, text));
}

function welcome() {
  current.stop();
  document.title = "RDS explorer";
  const start = [
    ["DescribeDBInstances", "Which instances are there?"],
    ["CreateBackup", "Back one of them up."],
    ["DescribeBackupTasks", "How far is the backup?"],
    ["DescribeDBInstanceAttribute", "Everything about one instance."],
    ["CreateAccount", "An account in the database."],
    ["DescribeRegions", "Where can instances be?"],
  ];
  main.replaceChildren(h("div", { class: "welcome" },
    h("h1", {}, "Run any operation of RDS, and take the Rust code with you"),
    h("p", { class: "lead" }, "Choose an operation, fill in its form, and run it. The program that makes the same call stands beside it."),
    h("ul", { class: "cards" }, start.map(([name, what]) => h("li", {}, h("a", { href: `#/${name}` }, h("span", { class: "name" }, name), h("span", {}, what))))),
    h("p", { class: "muted" }, "Press ", h("kbd", {}, "/"), " to search, ", h("kbd", {}, "↓"), " and ", h("kbd", {}, "Enter"), " to choose, ", h("kbd", {}, "Ctrl"), " + ", h("kbd", {}, "Enter"), " to run.")));
}

/** Shows what the address names; a call of the history comes with its response. */
async function route(call) {
  const name = location.hash.match(/^#\/(\w+)$/)?.[1];
  toggleMenu(false);
  document.body.classList.toggle("at-home", !name);
  if (!name) welcome();
  else await openOperation(name, call).catch(fail);
  reveal(name);
}

async function showTarget() {
  const target = await ask("target");
  const element = document.getElementById("target");
  element.className = `target ${target.real ? "real" : "embedded"}`;
  const parts = ["Account", target.profile, target.region, new URL(target.endpoint).host];
  element.replaceChildren(
    h("span", { class: "long" }, target.real ? parts.filter(Boolean).join(" · ") : "Embedded service"),
    h("span", { class: "short" }, target.real ? "Account" : "Embedded"));
  element.title = target.real ? `Calls go to ${target.endpoint}` : "Calls go to a service on this machine that is gone when the explorer ends";
}

startOperations();
startHistory(async (call) => {
  if (location.hash !== `#/${call.operation}`) {
    history.pushState(null, "", `#/${call.operation}`);
  }
  await route(call);
});
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
addEventListener("hashchange", () => route());
showTarget().catch(fail);
route();

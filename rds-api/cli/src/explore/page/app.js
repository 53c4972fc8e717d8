// The page: what the address names is shown.

import { readAddress } from "./address.js";
import { ask, h, Unreachable } from "./dom.js";
import { startHistory } from "./history.js";
import { makeOperation } from "./operation.js";
import { familyOf, reveal, startOperations, toggleMenu } from "./operations.js";
import { showTarget } from "./target.js";
import { makeNotFound, makeWelcome } from "./welcome.js";

const main = document.getElementById("main");

/** What is shown: stops when another takes its place. */
let current = { stop() {} };
/** Counts what was asked to be shown: what comes late is not shown any more. */
let asked = 0;

/** Shows an operation with the form of the address, or of a call of the history, which comes with its response. */
async function openOperation({ name, parameters, settings }, call) {
  const number = ++asked;
  const described = await ask(`operation/${name}`);
  if (number !== asked) return;
  const operation = makeOperation(described, familyOf(name), fail);
  show(operation, `${name} · RDS explorer`);
  operation.begin();
  operation.form.set(call?.parameters ?? parameters ?? described.values, settings);
  if (call) operation.show(call);
}

function show(page, title) {
  asked += 1;
  current.stop();
  current = { stop() {}, ...page };
  main.replaceChildren(page.element);
  main.scrollTop = 0;
  document.title = title;
}

/** Says that the server did not respond as it should. */
function fail(error) {
  document.querySelector(".trouble")?.remove();
  const text = error instanceof Unreachable ? "The explorer does not respond any more: start it again with `rds explore`, and open the new address." : error.message;
  main.prepend(h("p", { class: "trouble", role: "alert" }, text));
}

async function route(call) {
  const address = readAddress(location.hash);
  const isHome = /^#?\/?$/.test(location.hash);
  toggleMenu(false);
  document.body.classList.toggle("at-home", isHome);
  if (isHome) show({ element: makeWelcome() }, "RDS explorer");
  else if (familyOf(address.name)) await openOperation(address, call).catch(fail);
  else show({ element: makeNotFound(location.hash) }, "RDS explorer");
  reveal(address.name);
}

/** Shows another page; who works with keys or listens goes on at its heading. */
async function routeOn(call) {
  await route(call);
  main.querySelector("h1")?.focus({ preventScroll: true });
}

startOperations();
startHistory(async (call, again) => {
  if (readAddress(location.hash).name !== call.operation) history.pushState(null, "", `#/${call.operation}`);
  await routeOn(call);
  if (again) await current.run?.();
});
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !current.run || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  current.run();
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href^='#/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  // The address that is left gets the form first.
  event.preventDefault();
  await current.keep?.();
  location.hash = link.getAttribute("href");
});
addEventListener("hashchange", () => routeOn());
showTarget().catch(fail);
route();

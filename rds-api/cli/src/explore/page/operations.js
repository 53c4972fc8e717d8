// The list of operations: families, search, keys.

import { readAddress } from "./address.js";
import { ask, h } from "./dom.js";

const search = document.getElementById("search");
const found = document.getElementById("found");
const results = document.getElementById("results");
const families = document.getElementById("families");
const menu = document.getElementById("menu");

/** So many operations that fit are listed: who wants one does not read further. */
const LISTED = 40;

const operations = new Map([...families.querySelectorAll("a")].map((link) => {
  const family = link.closest("details").querySelector("summary span").textContent;
  return [link.querySelector(".name").textContent, { family, link }];
}));

/** The newest question, settled when its results are shown. */
let asking = Promise.resolve();

function show() {
  const question = search.value.trim();
  results.hidden = !question;
  families.hidden = !results.hidden;
  found.textContent = "";
  asking = question ? list(question) : Promise.resolve();
}

async function list(question) {
  let hits;
  try {
    hits = await ask(`search/${encodeURIComponent(question)}`);
  } catch (error) {
    hits = null;
    found.textContent = error.message;
  }
  if (question !== search.value.trim()) return;
  if (hits) {
    const several = hits.length === 1 ? "operation" : "operations";
    const listed = hits.length > LISTED ? `the best ${LISTED} of ${hits.length} operations` : `${hits.length} ${several}`;
    found.textContent = hits.length ? listed : "No operation fits.";
  }
  results.replaceChildren(...(hits ?? []).slice(0, LISTED).map(({ name, reason }) => {
    const link = operations.get(name).link.cloneNode(true);
    link.title = reason;
    return h("li", {}, link);
  }));
  mark();
}

/** Marks the operation that is shown. */
function mark() {
  const { name } = readAddress(location.hash);
  for (const link of document.querySelectorAll("#operations a")) {
    if (link.getAttribute("href") === `#/${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function links() {
  return [...(results.hidden ? families : results).querySelectorAll("a")].filter((link) => link.offsetParent !== null);
}

function move(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const all = links();
  const at = all.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  event.preventDefault();
  if (next < 0) search.focus();
  else all[Math.min(next, all.length - 1)]?.focus();
}

export function toggleMenu(open) {
  document.body.classList.toggle("menu-open", open);
  menu.setAttribute("aria-expanded", String(document.body.classList.contains("menu-open")));
}

/** Begins; the list of families needs nothing from the server. */
export function startOperations() {
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") asking.then(() => links()[0]?.click());
    if (event.key === "Escape") { search.value = ""; show(); }
  });
  document.getElementById("operations").addEventListener("keydown", move);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      toggleMenu(true);
      search.focus();
    }
    if (event.key === "Escape") toggleMenu(false);
  });
  menu.addEventListener("click", () => toggleMenu());
}

/** Shows where the operation stands; a search that did not lead there has had its time. */
export function reveal(name) {
  const operation = operations.get(name);
  if (!results.hidden && operation && !results.querySelector(`a[href="#/${name}"]`)) {
    search.value = "";
    show();
  }
  if (operation) operation.link.closest("details").open = true;
  mark();
  const current = links().find((link) => link.getAttribute("aria-current"));
  current?.scrollIntoView({ block: "nearest" });
}

export function familyOf(name) {
  return operations.get(name)?.family;
}

// The list of operations: families, instant search, keys.

import { h } from "./dom.js";

const search = document.getElementById("search");
const found = document.getElementById("found");
const results = document.getElementById("results");
const families = document.getElementById("families");
const menu = document.getElementById("menu");

const operations = [...families.querySelectorAll("a")].map((link) => {
  const name = link.querySelector(".name").textContent;
  const summary = link.querySelector(".summary").textContent;
  const family = link.closest("details").querySelector("summary span").textContent;
  return { name, summary, family, link, words: `${name} ${summary} ${family} ${link.dataset.search}`.toLowerCase() };
});

/** How well an operation fits what was typed: the lower the better, `null` for not at all. */
function rank({ name, words }, wanted) {
  if (!wanted.every((word) => words.includes(word))) return null;
  const lower = name.toLowerCase();
  if (lower === wanted.join("")) return 0;
  if (wanted.every((word) => lower.includes(word))) return lower.startsWith(wanted[0]) ? 1 : 2;
  return 3;
}

function show() {
  const wanted = search.value.trim().toLowerCase().split(/[\s.-]+/).filter(Boolean);
  results.hidden = wanted.length === 0;
  families.hidden = wanted.length > 0;
  if (wanted.length === 0) {
    found.textContent = "";
    return;
  }
  const ranked = operations
    .map((operation) => ({ operation, rank: rank(operation, wanted) }))
    .filter(({ rank }) => rank !== null)
    .sort((one, other) => one.rank - other.rank || one.operation.name.length - other.operation.name.length);
  const several = ranked.length === 1 ? "operation" : "operations";
  found.textContent = ranked.length ? `${ranked.length} ${several}` : "No operation has all of these words.";
  results.replaceChildren(...ranked.slice(0, 80).map(({ operation }) => h("li", {}, operation.link.cloneNode(true))));
  mark();
}

/** Marks the operation that is shown. */
function mark() {
  for (const link of document.querySelectorAll("#operations a")) {
    if (link.getAttribute("href") === location.hash) link.setAttribute("aria-current", "page");
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

/** Begins; the list needs nothing from the server. */
export function startOperations() {
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") links()[0]?.click();
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
  const operation = operations.find((operation) => operation.name === name);
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
  return operations.find((operation) => operation.name === name)?.family;
}

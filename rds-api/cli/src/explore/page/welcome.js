// What is shown while no operation is.

import { h } from "./dom.js";

const START = [
  ["DescribeDBInstances", "Which instances are there?"],
  ["CreateBackup", "Back one of them up."],
  ["DescribeBackupTasks", "How far is the backup?"],
  ["DescribeDBInstanceAttribute", "Everything about one instance."],
  ["CreateAccount", "An account in the database."],
  ["DescribeRegions", "Where can instances be?"],
];

export function makeWelcome() {
  return h("div", { class: "welcome" },
    h("h1", { tabindex: "-1" }, "Run any operation of RDS, and take the Rust code with you"),
    h("p", { class: "lead" }, "Choose an operation, fill in its form, and run it. The program that makes the same call stands beside it."),
    h("ul", { class: "cards" }, START.map(([name, what]) => h("li", {}, h("a", { href: `#/${name}` }, h("span", { class: "name" }, name), h("span", {}, what))))),
    h("p", { class: "muted" }, "Press ", h("kbd", {}, "/"), " to search, ", h("kbd", {}, "↓"), " and ", h("kbd", {}, "Enter"), " to choose, ", h("kbd", {}, "Ctrl"), " + ", h("kbd", {}, "Enter"), " to run. The address has the form: bookmark it, or send it to a colleague."));
}

/** The page of an address that names no operation. */
export function makeNotFound(address) {
  return h("div", { class: "welcome" },
    h("h1", { tabindex: "-1" }, "There is no such operation"),
    h("p", { class: "lead" }, "The address names ", h("code", {}, address.replace(/^#\/?/, "").slice(0, 80)), ", which is no operation of RDS. Search for what you want to do, or ", h("a", { href: "#/" }, "begin at the start"), "."));
}

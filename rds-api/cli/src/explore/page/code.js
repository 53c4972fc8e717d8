// The call of the form as code: programs in Rust, and commands.

import { choice, copyButton, h } from "./dom.js";

const KEYWORDS = "async await fn let mut use pub return Ok";
const TOKENS = [
  ["comment", /^\/\/[^\n]*/],
  ["string", /^(?:r(#*)"[^]*?"\1|"(?:[^"\\]|\\[^])*")/],
  ["attribute", /^#!?\[[^\]]*\]/],
  ["number", /^\d[\d_.]*(?:[iu](?:32|64))?/],
  ["word", /^[A-Za-z_]\w*!?/],
  ["other", /^[^]/],
];

/** The code with its parts marked for colouring. */
function coloured(code) {
  const parts = [];
  let rest = code;
  while (rest) {
    const [kind, match] = TOKENS.map(([kind, pattern]) => [kind, rest.match(pattern)]).find(([, match]) => match);
    const text = match[0];
    rest = rest.slice(text.length);
    const name = kind !== "word" ? kind
      : KEYWORDS.split(" ").includes(text) ? "keyword"
        : /^[A-Z]/.test(text) ? "type"
          : /^\(/.test(rest) || text.endsWith("!") ? "call" : "other";
    if (name === "other") parts.push(text);
    else parts.push(h("span", { class: `t-${name}` }, text));
  }
  return parts;
}

/** What is said of each way to make the call, by the name that the server has for it. */
const WAYS = [
  ["rust", "Rust", "The complete program that makes this call. It changes as the form changes."],
  ["other", "", "The same program for the other service."],
  ["rds", "rds", "The command that makes this call; what is secret is read from a variable or a file."],
  ["curl", "curl", "A script that signs and makes this call; it needs sh, curl, openssl and the key in the environment."],
];

/** A pane with the code for a service or for the other, in the words of `real`; `set` changes it. */
export function makeCode(isReal) {
  let code = {};
  let chosen = "rust";
  const about = h("p", {});
  const pre = h("pre", { class: "code", tabindex: "0", "aria-label": "Code of the call" });
  const text = () => code[chosen] ?? "No request can be made of this form yet.";
  const draw = () => {
    about.textContent = WAYS.find(([name]) => name === chosen)[2];
    pre.replaceChildren(h("code", {}, ["rust", "other"].includes(chosen) ? coloured(text()) : text()));
  };
  const title = (name, title) => title === "Rust" || name === "other" ? `Rust, ${(name === "other") === isReal ? "embedded" : "account"}` : title;
  const element = h("div", { class: "pane" },
    choice("As", "code", WAYS.map(([name, label]) => [name, title(name, label)]), chosen, (name) => { chosen = name; draw(); }),
    h("div", { class: "pane-head" }, about, copyButton(text, "Copy code")),
    pre);
  return { element, set: (given) => { code = given; draw(); } };
}

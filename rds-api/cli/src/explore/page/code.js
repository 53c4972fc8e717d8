// The Rust program of the form.

import { copyButton, h } from "./dom.js";

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

/** A pane with the code; `set` changes it. */
export function makeCode() {
  let code = "";
  const pre = h("pre", { class: "code", tabindex: "0", "aria-label": "Rust program" });
  const element = h("div", { class: "pane" },
    h("div", { class: "pane-head" }, h("p", {}, "The complete program that makes this call. It changes as the form changes."), copyButton(() => code, "Copy code")),
    pre);
  return { element, set: (text) => { code = text; pre.replaceChildren(h("code", {}, coloured(text))); } };
}

// Making elements: text is always set as text, so nothing that the service says can become markup.

/** An element; attributes that begin with `on` are listeners, those that are `false` or missing are left out. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Text with `code` in backticks and addresses as links. */
export function inline(text) {
  return text.split(/(`[^`]+`|<https:\/\/[^>\s]+>|https:\/\/[^\s)>]+)/).map((part) => {
    if (/^`.+`$/.test(part)) return operationLink(part.slice(1, -1));
    const address = part.match(/^<?(https:\/\/[^>\s]+)>?$/);
    if (address) return external(address[1], address[1]);
    return part;
  });
}

/** Documentation: paragraphs and lists. */
export function prose(text) {
  const blocks = text.trim().split(/\n\s*\n/).filter(Boolean);
  return blocks.map((block) => {
    const lines = block.split("\n");
    if (lines.every((line) => /^(- |  )/.test(line))) {
      const items = block.split(/^- /m).filter(Boolean);
      return h("ul", {}, items.map((item) => h("li", {}, inline(item.replaceAll("\n", " ")))));
    }
    return h("p", {}, inline(lines.join(" ")));
  });
}

/** A name in code; one of an operation leads there. */
function operationLink(name) {
  const known = document.querySelector(`#families a[href="#/${CSS.escape(name)}"]`);
  return known ? h("a", { href: `#/${name}` }, h("code", {}, name)) : h("code", {}, name);
}

/** A link that leaves the page, and tells the other side nothing. */
export function external(address, text) {
  return h("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, text);
}

/** A button that copies what `text` gives. */
export function copyButton(text, label = "Copy") {
  const button = h("button", { type: "button", class: "quiet copy", onclick: copy }, label);
  async function copy() {
    const copied = await navigator.clipboard.writeText(text()).then(() => true, () => false);
    button.textContent = copied ? "Copied" : "The browser does not allow it";
    setTimeout(() => { button.textContent = label; }, 1500);
  }
  return button;
}

/** Choices of which one is taken: a row of radio buttons. */
export function choice(legend, name, options, chosen, onchange) {
  const radio = ([value, label]) => h("label", { class: "segment" },
    h("input", { type: "radio", name, value, checked: value === chosen, onchange: () => onchange(value) }),
    h("span", {}, label));
  return h("fieldset", { class: "choice" }, h("legend", {}, legend), h("div", { class: "segments" }, options.map(radio)));
}

/** Shows documentation beside an element while it is pointed at or has the focus. */
export function explain(element, text) {
  if (!text) return element;
  const tip = document.getElementById("tip");
  const show = () => {
    tip.replaceChildren(...inline(text));
    tip.hidden = false;
    const box = element.getBoundingClientRect();
    const width = Math.min(380, innerWidth - 24);
    tip.style.width = `${width}px`;
    tip.style.left = `${Math.max(12, Math.min(box.left, innerWidth - width - 12))}px`;
    const below = box.bottom + 6;
    tip.style.top = below + tip.offsetHeight < innerHeight ? `${below}px` : `${Math.max(6, box.top - tip.offsetHeight - 6)}px`;
    element.setAttribute("aria-describedby", "tip");
  };
  const hide = () => { tip.hidden = true; element.removeAttribute("aria-describedby"); };
  element.addEventListener("mouseenter", show);
  element.addEventListener("focus", show);
  element.addEventListener("mouseleave", hide);
  element.addEventListener("blur", hide);
  return element;
}

/** The server does not respond: it has ended, or the browser is kept from it. */
export class Unreachable extends Error {}

/** Asks the server. */
export async function ask(path, form) {
  const options = form ? { method: "POST", body: JSON.stringify(form) } : {};
  const response = await fetch(path, options).catch((error) => { throw new Unreachable(error.message); });
  const value = await response.json();
  if (!response.ok) throw new Error(value.message);
  return value;
}

/** Asks the server for what comes line by line, until `signal` says that nobody waits for more. */
export async function* askOn(path, form, signal) {
  const response = await fetch(path, { method: "POST", body: JSON.stringify(form), signal }).catch((error) => { throw new Unreachable(error.message); });
  if (!response.ok) throw new Error((await response.json()).message);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const read = () => reader.read().catch((error) => { throw new Unreachable(error.message); });
  let rest = "";
  for (let part = await read(); !part.done; part = await read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

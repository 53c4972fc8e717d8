// Time ranges to choose from, for operations that take a beginning and an end.

import { h } from "./dom.js";

/** Each beginning is read from when the call is made, so that an address has the same range tomorrow. */
const RANGES = [["Last hour", "-1h"], ["Last day", "-1d"], ["Last week", "-7d"]];

/** Buttons that set the range; nothing if the operation takes none. */
export function makeRanges(operation, assign) {
  const isTime = (name) => operation.parameters.some((field) => field.name === name && field.type === "timestamp");
  if (!isTime("StartTime") || !isTime("EndTime")) return null;
  const button = ([title, start]) => h("button", { type: "button", class: "quiet small", onclick: () => assign({ StartTime: start, EndTime: "now" }) }, title);
  return h("div", { class: "ranges", role: "group", "aria-label": "Time range" }, h("span", { class: "muted" }, "Time range"), RANGES.map(button));
}

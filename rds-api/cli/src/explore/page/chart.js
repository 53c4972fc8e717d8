// Metrics as lines over time, one chart each, which are pointed at together.

import { h } from "./dom.js";
import { makeDownloads } from "./download.js";
import { marksOfNumbers, marksOfTimes, readable, short } from "./scale.js";

const HEIGHT = 190;
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 14, 10, 24];
/** So many colors are there; further lines have them again. */
const COLORS = 8;

/** An element of a drawing; its children are elements or text. */
function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.flat());
  return element;
}

/** The charts of metrics. */
export function makeCharts(name, metrics) {
  const charts = [];
  const point = (time) => charts.forEach((chart) => chart.point(time));
  charts.push(...metrics.map((metric) => makeChart(name, metric, point)));
  return h("div", { class: "charts" }, charts.map((chart) => chart.element));
}

function makeChart(name, { title, unit, lines }, pointAll) {
  const times = [...new Set(lines.flatMap((line) => line.points.map((point) => point.time)))].sort((one, other) => one - other);
  const hidden = new Set();
  const drawing = svg("svg", { class: "chart", role: "slider", tabindex: "0", "aria-label": `${title} over time`, "aria-valuemin": times[0], "aria-valuemax": times.at(-1) });
  const when = h("span", { class: "size" });
  const values = lines.map(() => h("span", { class: "now" }));
  let pointed = null;
  let place = null;

  function draw() {
    const width = Math.max(260, drawing.clientWidth || 640);
    const shown = lines.filter((line) => !hidden.has(line));
    const numbers = shown.flatMap((line) => line.points.map((point) => point.number)).filter((number) => number !== null);
    const lowest = numbers.reduce((one, other) => Math.min(one, other), 0);
    const marks = marksOfNumbers(lowest, numbers.reduce((one, other) => Math.max(one, other), 0), 4);
    const [first, last] = [times[0], times.at(-1)];
    const x = (time) => (first === last ? (LEFT + width - RIGHT) / 2 : LEFT + (time - first) / (last - first) * (width - LEFT - RIGHT));
    const y = (number) => HEIGHT - BOTTOM - (number - marks[0]) / (marks.at(-1) - marks[0]) * (HEIGHT - TOP - BOTTOM);
    place = { x, y, width, first, last };
    drawing.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    drawing.replaceChildren(
      ...marks.map((mark) => svg("g", { class: "grid" }, svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(mark), y2: y(mark) }), svg("text", { x: LEFT - 8, y: y(mark) + 4, "text-anchor": "end" }, short(mark)))),
      ...marksOfTimes(first, last, Math.floor(width / 90)).map(({ time, label }) => svg("g", { class: "grid" }, svg("text", { x: x(time), y: HEIGHT - 6, "text-anchor": x(time) > width - 30 ? "end" : "middle" }, label))),
      ...shown.map((line) => svg("path", { class: `line color-${lines.indexOf(line) % COLORS}`, d: path(line.points, x, y) })),
      svg("line", { class: "rule", y1: TOP, y2: HEIGHT - BOTTOM, x1: -9, x2: -9 }));
    point(pointed);
  }
  /** Shows the values at a time, or the latest ones. */
  function point(time) {
    pointed = time;
    const shown = time === null ? times.at(-1) : nearest(times, time);
    when.textContent = time === null ? "latest" : readable(shown);
    lines.forEach((line, index) => { values[index].textContent = short(line.points.find((point) => point.time === shown)?.number ?? null); });
    drawing.setAttribute("aria-valuenow", shown);
    drawing.setAttribute("aria-valuetext", `${readable(shown)}: ${lines.map((line, index) => `${line.name} ${values[index].textContent} ${unit}`).join(", ")}`);
    const rule = drawing.querySelector(".rule");
    for (const side of ["x1", "x2"]) rule?.setAttribute(side, time === null || !place ? -9 : place.x(shown));
  }
  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    const at = (event.clientX - box.left) / box.width * place.width;
    pointAll(place.first + (at - LEFT) / (place.width - LEFT - RIGHT) * (place.last - place.first));
  });
  drawing.addEventListener("pointerleave", () => pointAll(null));
  drawing.addEventListener("blur", () => pointAll(null));
  drawing.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = pointed === null ? times.length - 1 : times.indexOf(nearest(times, pointed));
    pointAll(times[Math.max(0, Math.min(times.length - 1, at + step))]);
  });
  const legend = lines.map((line, index) => {
    const known = line.points.map((point) => point.number).filter((number) => number !== null);
    const [most, sum] = [known.reduce((one, other) => Math.max(one, other), -Infinity), known.reduce((one, other) => one + other, 0)];
    const button = h("button", { type: "button", class: `legend color-${index % COLORS}`, "aria-pressed": "true", title: "Show or hide this line", onclick: () => {
      if (!hidden.delete(line)) hidden.add(line);
      button.setAttribute("aria-pressed", String(!hidden.has(line)));
      draw();
    } }, h("span", { class: "key", "aria-hidden": "true" }), line.name);
    return h("li", {}, button, values[index], h("span", { class: "size" }, known.length ? `average ${short(sum / known.length)}, highest ${short(most)}` : "no values"));
  });
  new ResizeObserver(draw).observe(drawing);
  draw();
  return { point, element: h("figure", { class: "list" },
    h("figcaption", {}, h("code", {}, title), unit && h("span", { class: "size" }, `in ${unit}`), when, h("span", { class: "tools" }, makeDownloads(() => rows(name, title, lines, times)))),
    drawing, h("ul", { class: "legends" }, legend)) };
}

/** The line through the points that have a number; a gap is a gap, and a point between two gaps is a dot. */
function path(points, x, y) {
  let isOn = false;
  return points.map(({ time, number }) => {
    if (number === null) { isOn = false; return ""; }
    const step = `${isOn ? "L" : "M"}${x(time).toFixed(1)} ${y(number).toFixed(1)}${isOn ? "" : "h0"}`;
    isOn = true;
    return step;
  }).join("");
}

function nearest(times, time) {
  return times.reduce((best, other) => (Math.abs(other - time) < Math.abs(best - time) ? other : best), times[0]);
}

/** The numbers as rows for a file, one for each time. */
function rows(name, title, lines, times) {
  const numbers = lines.map((line) => new Map(line.points.map((point) => [point.time, point.number])));
  const columns = ["Date", ...lines.map((line) => line.name)].map((name) => ({ name, field: {} }));
  return { name: `${name}-${title}`, columns, values: times.map((time) => [new Date(time).toISOString(), ...numbers.map((of) => of.get(time) ?? undefined)]) };
}

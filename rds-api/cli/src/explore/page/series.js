// Numbers over time in a response: metrics whose samples have a time and a text such as `12.5&63`.

import { isObject, own } from "./members.js";

/** The metrics of a response: each with a title, a unit, and lines of points of time and number, which is `null` where
    there is none. */
export function readSeries(value, fields) {
  return fields.flatMap((field) => {
    if (field.type !== "list" || !field.items?.fields?.some(isSamples)) return [];
    const entries = list(own(value, field.name), field);
    return entries.filter(isObject).map((entry) => metric(entry, field.items.fields));
  }).filter((metric) => metric.lines.some((line) => line.points.length > 0));
}

/** Whether a list has samples. */
const isSamples = (field) => field.type === "list" && ["Date", "Value"].every((name) => field.items?.fields?.some((member) => member.name === name));

function list(value, field) {
  const elements = field.wrapper ? own(value, field.wrapper) : value;
  return Array.isArray(elements) ? elements : [];
}

function metric(entry, fields) {
  const samples = list(own(entry, fields.find(isSamples).name), fields.find(isSamples)).filter(isObject);
  const points = samples.map((sample) => ({ time: Date.parse(own(sample, "Date")), numbers: String(own(sample, "Value") ?? "").split("&").map(number) }))
    .filter((point) => !Number.isNaN(point.time)).sort((one, other) => one.time - other.time);
  const key = text(own(entry, "Key"));
  const names = text(own(entry, "ValueFormat")).split("&").map((name) => name.trim()).filter(Boolean);
  if (names.length === 0) names.push(key || "value");
  // Numbers that the format does not name go by their place.
  const most = Math.max(0, ...points.map((point) => point.numbers.length));
  while (names.length < most) names.push(String(names.length + 1));
  const parts = ["Service", "Node", "Server"].map((name) => text(own(entry, name))).filter(Boolean);
  const lines = names.map((name, index) => ({ name, points: points.map(({ time, numbers }) => ({ time, number: numbers[index] ?? null })) }));
  return { title: [key, ...parts].join(" · "), unit: text(own(entry, "Unit")), lines };
}

const text = (value) => (typeof value === "string" ? value : "");

/** The number in a text, with a unit behind it or without. */
function number(text) {
  const match = text.trim().match(/^([-+]?\d*\.?\d+(?:e[-+]?\d+)?)\s*(?:[a-z%].*)?$/i);
  return match && Number.isFinite(Number(match[1])) ? Number(match[1]) : null;
}

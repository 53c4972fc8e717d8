// The marks of axes: round numbers, and round times in UTC.

const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 43_200].map((minutes) => minutes * MINUTE);

/** Round numbers from the lowest to above the highest, so many or a few less. */
export function marksOfNumbers(lowest, highest, count) {
  const span = highest - lowest || Math.abs(highest) || 1;
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => span / step <= count) ?? 10 * power;
  const marks = [];
  for (let at = Math.floor(lowest / step); marks.length <= count + 2; at += 1) {
    marks.push(at * step);
    if (at * step >= highest) break;
  }
  return marks;
}

/** Round times between two, so many or less. */
export function marksOfTimes(first, last, count) {
  const step = STEPS.find((step) => (last - first) / step <= count) ?? Math.ceil((last - first) / count / STEPS.at(-1)) * STEPS.at(-1);
  const marks = [];
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) marks.push({ time: at, label: step >= 1440 * MINUTE || at % (1440 * MINUTE) === 0 ? day(at) : clock(at) });
  return marks;
}

const day = (time) => new Date(time).toISOString().slice(5, 10);
const clock = (time) => new Date(time).toISOString().slice(11, 16);

/** A time as it is read: without seconds where it has none. */
export const readable = (time) => `${new Date(time).toISOString().slice(0, 19).replace("T", " ").replace(/:00$/, "")} UTC`;

/** A number in few digits. */
export const short = (number) => (number === null || number === undefined ? "–" : new Intl.NumberFormat("en", { notation: Math.abs(number) >= 1e5 ? "compact" : "standard", maximumFractionDigits: Math.abs(number) >= 100 ? 0 : 2 }).format(number));

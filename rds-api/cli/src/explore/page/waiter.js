// What a response says of something that is waited for.

/** The state of the thing: `done`, `failed`, or `undefined` while it is neither. */
export function stateOf(value, { field, done, failed, done_when_absent: doneWhenAbsent }) {
  const values = valuesAt(value, field.split(".")).map(String);
  if (values.some((value) => failed.includes(value))) return "failed";
  if (values.length === 0) return doneWhenAbsent ? "done" : undefined;
  return values.every((value) => done.includes(value)) ? "done" : undefined;
}

/** The values at a place; a list on the way means all of its entries, and the object around a list is not named. */
function valuesAt(value, names) {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, names));
  if (value === null || value === undefined) return [];
  if (typeof value !== "object") return names.length === 0 ? [value] : [];
  const [name, ...rest] = names;
  if (name !== undefined && Object.hasOwn(value, name)) return valuesAt(value[name], rest);
  const members = Object.values(value);
  return members.length === 1 && Array.isArray(members[0]) ? valuesAt(members[0], names) : [];
}

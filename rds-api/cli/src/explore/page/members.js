// Members of a response, and what the specification says of them, by the names that lead to them.

/** A member that the value has itself. */
export const own = (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);

/** Whether it has members. */
export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** The value at a place: names with dots between them. A member whose own name has dots is found, too. */
export function at(value, place) {
  if (own(value, place) !== undefined) return own(value, place);
  return place === "" ? value : place.split(".").reduce(own, value);
}

/** The fields of the entries of the list at a place. */
export function fieldsAt(fields, place) {
  let shape = { fields };
  for (const name of place.split(".")) {
    if (shape?.wrapper === name) continue;
    shape = (shape?.items ?? shape)?.fields?.find((field) => field.name === name);
  }
  return shape?.items?.fields ?? [];
}

/** What is known of a member among these fields; whatever has the name of a secret is one. */
export function fieldOf(fields, place) {
  const name = place.split(".").at(-1);
  const all = [...named(fields, name)];
  if (all.length === 0) return { name };
  return all.some((field) => field.sensitive) ? { ...all[0], sensitive: true } : all[0];
}

/** All fields of a name, those nearest to the top first. */
function* named(fields, name) {
  for (const field of fields) if (field.name === name) yield field;
  for (const field of fields) yield* named((field.items ?? field).fields ?? [], name);
}

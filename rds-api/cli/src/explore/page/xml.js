// A response in XML as the same value that JSON would give, by the shapes of the schema.

const NUMBERS = ["int32", "int64", "float", "double"];

export function readXml(text, fields) {
  const parsed = new DOMParser().parseFromString(text, "application/xml");
  return parsed.querySelector("parsererror") ? undefined : members(parsed.documentElement, fields);
}

function members(element, fields) {
  // Without members of its own, whose names an element may have too.
  const value = Object.create(null);
  for (const child of element.children) {
    const field = fields.find((field) => field.name === child.tagName);
    if (child.tagName in value) value[child.tagName] = [value[child.tagName], content(child, field)].flat();
    else value[child.tagName] = content(child, field);
  }
  return value;
}

function content(element, shape) {
  if (shape?.type === "list") {
    const elements = [...element.children].map((child) => content(child, shape.items));
    return shape.wrapper ? { [shape.wrapper]: elements } : elements;
  }
  if (element.children.length > 0) return members(element, shape?.fields ?? []);
  const text = element.textContent;
  if (NUMBERS.includes(shape?.type) && text.trim() !== "" && Number.isSafeInteger(Number(text))) return Number(text);
  return shape?.type === "bool" ? text === "true" : text;
}

// The body of a response.

import { readXml } from "./xml.js";

/** The value of a body in JSON or XML; `undefined` of what is neither or has no members. */
export function readBody(text, operation) {
  try {
    const value = text.trimStart().startsWith("<") ? readXml(text, operation.response) : JSON.parse(text);
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}

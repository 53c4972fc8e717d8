// The form in the address, so that the back button, reload, a bookmark and whoever is sent it have the same form.

/** What stands before the name of a setting: no parameter is called so. */
const SETTING = "~";
/** A form that makes a longer address stays out of it: programs that send addresses cut them. */
const LONGEST = 16000;

/** What an address names: an operation, and its form, unless it says nothing of one. */
export function readAddress(hash) {
  const [, name, query] = hash.match(/^#\/?(\w+)(?:\?(.*))?$/) ?? [];
  if (query === undefined) return { name };
  const parameters = {};
  const settings = {};
  for (const [key, text] of new URLSearchParams(query)) {
    if (key.startsWith(SETTING)) settings[key.slice(SETTING.length)] = text;
    else parameters[key] = text;
  }
  return { name, parameters, settings };
}

/** The address of a form. Lists and objects are in it as JSON. */
export function writeAddress(name, parameters, settings) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) query.append(key, typeof value === "string" ? value : JSON.stringify(value));
  for (const [key, value] of Object.entries(settings)) query.append(SETTING + key, value);
  const address = `#/${name}?${query}`;
  return address.length > LONGEST ? `#/${name}` : address;
}

/** Puts a form into the address that is shown, in the place of the form before. */
export function keepAddress(name, parameters, settings) {
  const address = writeAddress(name, parameters, settings);
  if (readAddress(location.hash).name === name && location.hash !== address) history.replaceState(history.state, "", address);
}

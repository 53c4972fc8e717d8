// What follows a write that was made: a button that follows it to its end.

import { writeAddress } from "./address.js";
import { h, inline } from "./dom.js";
import { makeFollow, untilTitle } from "./follow.js";

/** The element for what the server offers, and a way to stop. */
export function makeFollowed(offer, fail) {
  if (offer.problem) return { element: h("p", { class: "size" }, inline(`It cannot be followed: ${offer.problem}.`)), stop() {} };
  const follow = makeFollow([{ title: untilTitle(offer.waiter), asked: () => offer }], { fail });
  const address = writeAddress(offer.by, offer.form, {});
  return {
    element: h("section", { class: "followed", "aria-label": "What follows" },
      h("div", { class: "repeat" }, follow.buttons, h("span", { class: "size" }, "by ", h("a", { href: address }, h("code", {}, offer.by))), follow.element)),
    stop: follow.stop,
  };
}

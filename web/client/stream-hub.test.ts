import { expect, test } from "vitest";
import { createStreamHub } from "./stream-hub.ts";

const here = { roomId: "rm_1", turn: 3, persona: "ada", attempt: 0 };
const elsewhere = { roomId: "shared", turn: -2, persona: "bob", attempt: 1 };

test("[SY28] a new tab gets the whole text of every attempt, also of hosts elsewhere", () => {
  const hub = createStreamHub();
  hub.apply({ ...here, offset: 0, text: "Good " });
  hub.apply({ ...here, offset: 5, text: "day" });
  hub.apply({ ...elsewhere, offset: 0, text: "Hm" });
  hub.textOf("rm_1", 4, "ada", 0);
  expect(hub.whole()).toEqual([
    { ...here, offset: 0, text: "Good day" },
    { ...elsewhere, offset: 0, text: "Hm" },
  ]);
});

test("the first words of an attempt are told as such, and when all is said anew", () => {
  const hub = createStreamHub();
  expect(hub.apply({ ...here, offset: 0, text: "Good " })).toBe(true);
  expect(hub.apply({ ...here, offset: 5, text: "day" })).toBe(false);
  expect(hub.apply({ ...here, offset: 0, text: "" })).toBe(true);
});

test("texts are forgotten that are neither running here nor open elsewhere", () => {
  const hub = createStreamHub();
  for (const one of [here, elsewhere, { ...here, turn: 4 }]) {
    hub.apply({ ...one, offset: 0, text: "text" });
  }
  hub.keepOnly([here], ({ roomId }) => roomId === "shared");
  expect(hub.whole().map(({ turn }) => turn)).toEqual([3, -2]);
  expect(hub.textOf("rm_1", 4, "ada", 0).value).toBe("");
});

import { expect, test } from "vitest";
import { createVisits } from "./visits.ts";

function setup() {
  const values = new Map<string, string>();
  const visits = createVisits(() => ({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  }));
  return { values, visits };
}

test("[SY266] a database that is not the one of the visit before is missed once", () => {
  const { visits } = setup();
  expect(["dv_1", "dv_1", "dv_2", "dv_2"].map((id) => visits.note(id)))
    .toEqual(["known", "known", "missing", "known"]);
});

test("[SY266] where local storage is cleared as well, nobody was here", () => {
  const { values, visits } = setup();
  visits.note("dv_1");
  values.clear();
  expect(visits.note("dv_2")).toBe("known");
});

test("[SY266] local storage that refuses keeps nobody from the rooms", () => {
  const visits = createVisits(() => {
    throw new DOMException("denied", "SecurityError");
  });
  expect(visits.note("dv_1")).toBe("known");
});

import { expect, test } from "vitest";
import type { DraftStorage } from "./drafts.ts";
import { createUnsent, type SayCommand } from "./unsent.ts";

function memoryStorage(): DraftStorage {
  const rows = new Map<string, string>();
  return {
    get length() {
      return rows.size;
    },
    key: (index) => [...rows.keys()][index] ?? null,
    getItem: (key) => rows.get(key) ?? null,
    setItem: (key, value) => void rows.set(key, value),
    removeItem: (key) => void rows.delete(key),
  };
}
const say = (id: string): SayCommand => ({
  kind: "say",
  roomId: "rm_1",
  id,
  text: `text of ${id}`,
  addressed: ["ps_1"],
});

test("[SY40] what a dead page kept is found whole by the next, and gone once it is answered", () => {
  const storage = memoryStorage();
  const first = createUnsent(() => storage);
  expect(first.keep(say("a"))).toBe(true);
  first.keep(say("b"));
  first.forget("a");
  const second = createUnsent(() => storage);
  expect(second.left()).toEqual([say("b")]);
  second.forget("b");
  expect(second.left()).toEqual([]);
});

test("[SY40] foreign and damaged rows are left alone", () => {
  const storage = memoryStorage();
  storage.setItem("conclave-unsent:x", "{");
  storage.setItem("conclave-unsent:y", JSON.stringify({ kind: "stop" }));
  storage.setItem("other", JSON.stringify(say("z")));
  expect(createUnsent(() => storage).left()).toEqual([]);
});

test("[SY40] a forbidden storage keeps nothing and says so", () => {
  const forbidden = createUnsent(() => {
    throw new Error("SecurityError");
  });
  expect(forbidden.keep(say("a"))).toBe(false);
  forbidden.forget("a");
  expect(forbidden.left()).toEqual([]);
});

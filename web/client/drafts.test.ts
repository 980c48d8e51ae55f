import { expect, test } from "vitest";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createDrafts, type DraftStorage } from "./drafts.ts";

class MemoryStorage implements DraftStorage {
  readonly map = new Map<string, string>();
  charsMax = Infinity;

  get length(): number {
    return this.map.size;
  }
  key(index: number): string | null {
    return [...this.map.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (value.length > this.charsMax) throw new DOMException("full", "QuotaExceededError");
    this.map.set(key, value);
  }
  removeItem(key: string): void {
    this.map.delete(key);
  }
}

const limits = { draftCharsMax: 1_000, draftsMax: 3 };

function setup() {
  const storage = new MemoryStorage();
  const clock = new ManualClock();
  const open = () => createDrafts({ openStorage: () => storage, clock, limits });
  return { storage, clock, open };
}

const forbidden = (): never => {
  throw new DOMException("no", "SecurityError");
};

test("[SY33] a draft is read again after a reload, and empty text clears it", () => {
  const { open, storage } = setup();
  expect(open().write("rm_1", "Hello \u{1F30D}")).toEqual({ ok: true, value: undefined });
  expect([open().read("rm_1"), open().read("rm_2")]).toEqual(["Hello \u{1F30D}", ""]);
  open().write("rm_1", "");
  expect([open().read("rm_1"), storage.length]).toEqual(["", 0]);
});

test("[SY34] a draft that storage has no room for is still read in this tab", () => {
  const { open, storage } = setup();
  const drafts = open();
  drafts.write("rm_1", "kept");
  storage.charsMax = 10;
  const result = drafts.write("rm_1", "longer than ten");
  expect(result).toMatchObject({ ok: false, error: { kind: "draft-not-kept" } });
  expect([drafts.read("rm_1"), open().read("rm_1")]).toEqual(["longer than ten", "kept"]);
});

test.each([["forbidden", forbidden], ["absent", () => undefined]])(
  "[SY34] where storage is %s a draft lives in this tab",
  (_title, openStorage) => {
    const drafts = createDrafts({ openStorage, clock: new ManualClock(), limits });
    expect(drafts.read("rm_1")).toBe("");
    expect(drafts.write("rm_1", "hello")).toMatchObject({ error: { kind: "draft-not-kept" } });
    expect(drafts.read("rm_1")).toBe("hello");
  },
);

test("[SY34] a draft over the limit says so and is not lost in this tab", () => {
  const { open } = setup();
  const drafts = open();
  const text = "x".repeat(limits.draftCharsMax + 1);
  expect(drafts.write("rm_1", text)).toEqual({
    ok: false,
    error: { kind: "draft-too-long", chars: 1_001, charsMax: 1_000 },
  });
  expect(drafts.read("rm_1")).toBe(text);
});

test("[SY35] the draft written longest ago is dropped first, other keys never", async () => {
  const { open, storage, clock } = setup();
  storage.setItem("other", "value");
  storage.setItem("conclave-draft:rm_0", "not JSON");
  for (const room of ["rm_1", "rm_2", "rm_1", "rm_3", "rm_4"]) {
    await clock.advance(1);
    open().write(room, `draft of ${room}`);
  }
  const rooms = ["rm_0", "rm_1", "rm_2", "rm_3", "rm_4"].map((room) => open().read(room));
  expect(rooms).toEqual(["", "draft of rm_1", "", "draft of rm_3", "draft of rm_4"]);
  expect(storage.getItem("other")).toBe("value");
});

test("[SY201] what a draft answers is kept with its text, alone too, and goes by itself", () => {
  const { open, storage } = setup();
  open().reply("rm_1", 7);
  expect([open().read("rm_1"), open().replyTo("rm_1")]).toEqual(["", 7]);
  open().write("rm_1", "I think so");
  expect([open().read("rm_1"), open().replyTo("rm_1")]).toEqual(["I think so", 7]);
  open().write("rm_1", "");
  expect(open().replyTo("rm_1")).toBe(7);
  open().reply("rm_1", undefined);
  expect([open().replyTo("rm_1"), storage.length]).toEqual([undefined, 0]);
  open().reply("rm_2", -3);
  storage.map.set("conclave-draft:rm_2", '{"text":"a","at":1,"replyTo":"x"}');
  expect([open().read("rm_2"), open().replyTo("rm_2")]).toEqual(["a", undefined]);
});

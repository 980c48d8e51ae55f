import { expect, test } from "vitest";
import { createCryptoKit } from "../testing/fakes/crypto-kit.ts";
import { historyCodeOf } from "./history-code.ts";

test("[CR38] a reader has the words of a writer; another place, log or key has others", async () => {
  const kit = await createCryptoKit();
  const opener = kit.createOpener();
  for (const text of ["one", "two", "three"]) {
    await kit.pass(kit.createSealer(), opener, text, { kind: "message", text });
  }
  const code = async (room = kit.room as Parameters<typeof historyCodeOf>[1], seq?: number) => {
    const made = await historyCodeOf(kit.crypto, room, opener.state(), seq);
    if (!made.ok) throw new Error(made.error.kind);
    return made.value;
  };
  const whole = await code();
  expect(whole).toMatchObject({ head: 3, seq: 3, wordIndexes: { length: 4 } });
  expect(await code(kit.readRoom)).toEqual(whole);
  const others = [whole, await code(kit.room, 2), await code(kit.room, 1)];
  const foreign = { ...kit.room, readSecret: new Uint8Array(32).fill(9) };
  others.push(await code(foreign));
  expect(new Set(others.map(({ wordIndexes }) => wordIndexes?.join())).size).toBe(4);
  expect((await code(kit.room, 4)).wordIndexes).toBeUndefined();
});

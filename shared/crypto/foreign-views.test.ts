import { expect, test } from "vitest";
import { createCryptoKit } from "../testing/fakes/crypto-kit.ts";
import { createOpener } from "./opener.ts";
import { openerStateForOthers } from "./opener-state.ts";

const say = (text: string) => ({ kind: "message", text });

test("[CR34] who joins by a checkpoint compares from its place on, in its epoch alone", async () => {
  const kit = await createCryptoKit();
  const [own, whole] = [kit.createSealer(), kit.createOpener()];
  for (const text of ["one", "two"]) await kit.pass(own, whole, text, say(text));
  const text = openerStateForOthers(whole.state(), kit.room.roomId);
  expect(text.length).toBeLessThan(whole.state().length);
  const joined = kit.createOpener(text);
  expect([joined.view(), joined.chainAt(1)]).toEqual([whole.view(), undefined]);
  expect(joined.state()).toBe(text);
  const other = createOpener(kit.crypto, kit.room, text, { epoch: "another" });
  expect(other.view()).toBeUndefined();

  const stranger = kit.createOpener();
  const sealer = kit.createSealer(await kit.createDevice());
  const seal = async (entryId: string, by: typeof whole) => {
    const cited = { prev: by.lastHash(), view: by.view() };
    const [part] = await sealer.seal({ entryId, event: say(entryId), ...cited });
    if (part === undefined) throw new Error("Cannot seal");
    return kit.order(part);
  };
  const honest = await seal("three", whole);
  for (const opener of [whole, joined, other]) await opener.open(honest);
  expect([whole.found().forks, joined.found().forks]).toEqual([[], []]);
  // An author whose log, three entries long as well, was another.
  for (const entry of ["x", "y", "z"]) {
    const seq = ["x", "y", "z"].indexOf(entry) + 1;
    await stranger.open({ seq, ts: seq, from: "relay", id: entry, body: entry });
  }
  const forked = await seal("four", stranger);
  for (const opener of [whole, joined, other]) await opener.open(forked);
  expect(whole.found().forks).toMatchObject([{ agreedSeq: 2, seq: 3 }]);
  expect(joined.found().forks).toEqual(whole.found().forks);
  expect(other.found().forks).toEqual([]);
  expect(openerStateForOthers(joined.state(), kit.room.roomId)).toContain('"forks":[]');
});

import { assert } from "#shared/base/mod.ts";
import { decodeServerFrame, encodeFrame, type ServerFrame } from "#shared/protocol/mod.ts";
import { createLinkKit, type LinkPeer } from "#shared/testing/fakes/room-link-kit.ts";
import { expect, test } from "vitest";
import { createLinkWorld } from "./link-world.contract.ts";

const reasons = (peer: LinkPeer): readonly string[] =>
  peer.statuses.flatMap(({ link }) => "reason" in link ? [link.reason] : []);

/** Changes what the relay says to one peer while `isOn`. */
function hostile(name: string, change: (frame: ServerFrame) => ServerFrame | undefined) {
  const state = { isOn: false };
  const tap = (text: string, to: "client" | "relay", by: string): string | undefined => {
    if (!state.isOn || to === "relay" || by !== name || text === "pong") return text;
    const frame = decodeServerFrame(text);
    assert(frame.ok, "The relay says frames");
    const changed = change(frame.value);
    return changed === undefined ? undefined : encodeFrame(changed);
  };
  return { state, tap };
}

/** Never lets an append of ada's through; says `answer` of it instead. */
function swallower(answer: (id: string) => ServerFrame) {
  const state = { isOn: true };
  let asked = "";
  const tap = (text: string, to: "client" | "relay", by: string): string => {
    if (!state.isOn || by !== "ada") return text;
    if (to === "relay" && text.startsWith('{"t":"append"')) {
      asked = (JSON.parse(text) as { id: string }).id;
      return "ping";
    }
    if (to === "relay" || text !== "pong" || asked === "") return text;
    const frame = encodeFrame(answer(asked));
    asked = "";
    return frame;
  };
  return { state, tap };
}

test("[SY52] an ok for an entry that never comes loses no message", async () => {
  const { state, tap } = swallower((id) => ({ t: "ok", id, seq: 1, ts: 1, dup: true }));
  const world = await createLinkWorld({ tap });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await bob.say("one");
  await world.advance(1_000);
  await ada.say("mine");
  await world.advance(5_000);
  expect([ada.unsent, bob.heard]).toEqual([1, ["one"]]);
  expect(reasons(ada)).toContain("relayMisbehaves");
  state.isOn = false;
  await world.advance(60_000);
  expect([ada.unsent, bob.heard.at(-1)]).toEqual([0, "mine"]);
});

test("[SY52] an ok for an entry that came back as another loses no message", async () => {
  const { state, tap } = hostile(
    "ada",
    (frame) =>
      frame.t === "entries"
        ? { ...frame, entries: frame.entries.map((one) => ({ ...one, body: "AAAA" })) }
        : frame,
  );
  const world = await createLinkWorld({ tap });
  const [ada] = await world.livePeers("ada");
  state.isOn = true;
  await ada.say("mine");
  await world.advance(2_000);
  expect(ada.unsent).toBe(1);
  expect(reasons(ada)).toContain("relayMisbehaves");
});

/** Ada has heard three messages and a `left`; then the relay is replaced by an empty one. */
async function bereave(
  tap: (text: string, to: "client" | "relay", name: string) => string | undefined,
  access: "write" | "read" = "write",
) {
  const world = await createLinkWorld({ tap });
  const [bob] = await world.livePeers("bob");
  const ada = await world.createPeer("ada", access);
  ada.start();
  for (const text of ["1", "2", "3"]) await bob.say(text);
  await world.advance(2_000);
  await bob.stop();
  await world.advance(1_000);
  expect(ada.heard).toEqual(["1", "2", "3", "[left]"]);
  return { world, ada, bob };
}

test("[SY47] garbage under the old ids does not take the place of what they named", async () => {
  let old: readonly string[] = [];
  const { state, tap } = hostile("ada", (frame) => {
    if (frame.t === "joined") return { ...frame, head: old.length };
    if (frame.t !== "live") return frame;
    const from = "A".repeat(22);
    const entries = old.map((id, at) => ({ seq: at + 1, ts: 1, id, from, body: "AAAA" }));
    const epoch = state.epoch ?? from;
    return { t: "entries", epoch, entries, replay: true, mac: "AA" };
  }) as { state: { isOn: boolean; epoch?: string }; tap: ReturnType<typeof hostile>["tap"] };
  const { world, ada } = await bereave((text, to, name) => {
    if (name === "ada" && text.startsWith('{"t":"joined"')) {
      state.epoch = (JSON.parse(text) as { epoch: string }).epoch;
    }
    // Its garbage is there; now it says that this was all.
    const isWaited = state.isOn && name === "ada" && text === "pong";
    return isWaited ? encodeFrame({ t: "live", seq: old.length }) : tap(text, to, name);
  });
  old = ada.ids;
  state.isOn = true;
  world.replaceRelay();
  await world.advance(30_000);
  expect(ada.heard).toEqual(["1", "2", "3", "[left]"]);
  expect(reasons(ada)).toContain("relayMisbehaves");
  state.isOn = false;
  await world.advance(90_000);
  expect([ada.phase, ada.heard.slice(0, 3)]).toEqual(["live", ["1", "2", "3"]]);
});

test("[SY61] a relay that refuses its history does not take it away", async () => {
  const { state, tap } = swallower((id) => ({ t: "no", id, code: "too-large", retry: false }));
  state.isOn = false;
  const { world, ada } = await bereave(tap);
  state.isOn = true;
  world.replaceRelay();
  await world.advance(60_000);
  expect(ada.heard).toEqual(["1", "2", "3", "[left]"]);
  expect(reasons(ada)).toContain("relayMisbehaves");
});

test("[SY60] a reader keeps what an emptied relay lacks until a writer brought it", async () => {
  const { world, ada, bob } = await bereave((text) => text, "read");
  const { ids } = ada;
  world.replaceRelay();
  await world.advance(60_000);
  expect(ada.heard).toEqual(["1", "2", "3", "[left]"]);
  expect(ada.phase).toBe("catching-up");
  bob.start();
  await world.advance(60_000);
  expect(ada.phase).toBe("live");
  expect(ada.ids.slice(0, 3)).toEqual(ids.slice(0, 3));
  expect(bob.ids).toEqual(ada.ids);
});

test("[SY59] an id twice in one log is the relay's fault, not storage's", async () => {
  let first = "";
  const { state, tap } = hostile(
    "ada",
    (frame) =>
      frame.t === "entries"
        ? { ...frame, entries: frame.entries.map((one) => ({ ...one, id: first })) }
        : frame,
  );
  const world = await createLinkWorld({ tap });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await bob.say("1");
  await world.advance(1_000);
  first = ada.ids[0] ?? "";
  state.isOn = true;
  await bob.say("2");
  await world.advance(1_000);
  expect([ada.problems, ada.heard]).toEqual([[], ["1"]]);
  expect(reasons(ada)).toContain("relayMisbehaves");
});

test("[SY59] an id without canonical form is never mirrored", async () => {
  const id = `${"A".repeat(21)}B`;
  const { state, tap } = hostile("ada", (frame) =>
    frame.t === "entries"
      ? {
        ...frame,
        entries: frame.entries.map((one) => one.from === "relay" ? { ...one, id } : one),
      }
      : frame);
  const world = await createLinkWorld({ tap });
  const [ada, bob] = await world.livePeers("ada", "bob");
  state.isOn = true;
  await bob.say("1");
  await world.advance(1_000);
  await bob.stop();
  await world.advance(1_000);
  expect(ada.heard).toEqual(["1"]);
  expect(reasons(ada)).toContain("relayMisbehaves");
});

test("[SY42] more than a relay's window at once ends the socket", async () => {
  const from = "A".repeat(22);
  const flood = encodeFrame({ t: "eph", from, body: "A".repeat(60_000) });
  const kit = await createLinkKit({
    seed: "flood",
    accept(wire) {
      for (let n = 0; n < 300; n += 1) wire.send(flood);
      return { onText() {}, onEnd() {} };
    },
  });
  const ada = await kit.createPeer("ada");
  ada.start();
  await kit.advance(200);
  expect(reasons(ada)).toEqual(["relayMisbehaves"]);
});

test("[SY44] [SY54] a replay that never ends is left, and was no healthy connection", async () => {
  const { state, tap } = hostile("ada", (frame) => frame.t === "live" ? undefined : frame);
  const world = await createLinkWorld({ tap });
  const ada = await world.createPeer("ada");
  state.isOn = true;
  ada.start();
  await world.advance(29_000);
  expect(ada.phase).toBe("connecting");
  await world.advance(2_000);
  expect(reasons(ada)).toEqual(["unreachable"]);
  await world.advance(6 * 60_000);
  const failures = world.trace.lines.filter(({ event }) => event === "link-ended")
    .map(({ fields }) => fields["failures"]);
  expect(failures.at(-1)).toBeGreaterThan(4);
});

test("[SY53] a row too large to be sealed is reported and blocks nobody", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  await ada.say("x".repeat(9 * 1024 * 1024));
  await ada.say("next");
  await world.advance(2_000);
  expect([ada.problems, bob.heard]).toEqual([["relay-refused-too-large"], ["next"]]);
});

test("[SY43] [SY57] nobody is told live while the old log waits for the new one", async () => {
  const world = await createLinkWorld();
  const [ada] = await world.livePeers("ada");
  for (const text of ["1", "2", "3"]) await ada.say(text);
  await world.advance(2_000);
  const { ids } = ada;
  const before = ada.statuses.length;
  world.replaceRelay();
  const seen: string[] = [];
  for (let ms = 0; ms < 30_000; ms += 5) {
    await world.advance(5);
    const position = await ada.disk.position(ada.keys.roomId, new AbortController().signal);
    assert(position.ok, "The position can be read");
    seen.push(`${ada.phase} ${position.value?.epoch}`);
  }
  const epochs = new Set(seen.map((one) => one.split(" ").at(-1)));
  expect(epochs.size).toBe(2);
  const [old] = epochs;
  const lateLive = seen.filter((one) => one.startsWith("live")).at(-1);
  expect(lateLive).not.toContain(old);
  expect(seen.slice(200).filter((one) => one === `live ${old}`)).toEqual([]);
  expect(ada.statuses.slice(before).map(({ link }) => link.phase)).toContain("catching-up");
  expect(ada.ids).toEqual(ids);
});

test("[SY54] when the network changes, a connection that hangs is left at once", async () => {
  const world = await createLinkWorld();
  const [ada] = await world.livePeers("ada");
  world.net.freeze("ada");
  await world.advance(1_000);
  expect(ada.phase).toBe("live");
  ada.link.retryNow();
  await world.advance(9_000);
  expect(ada.statuses.map(({ link }) => link.phase)).toContain("offline");
  await world.advance(30_000);
  expect(ada.phase).toBe("live");
});

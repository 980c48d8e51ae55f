import { expect, test } from "vitest";
import { createCryptoKit } from "../testing/fakes/crypto-kit.ts";
import { MemorySharedRoomStore } from "../testing/fakes/memory-shared-room-store.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { createIntake, type IntakeDeps } from "./link-intake.ts";

const never = new AbortController().signal;
const texts = ["a", "b", "c", "d", "e"];
const KNOWN = 2;

/** A mirror that has two entries of five; another epoch has all, and the two were taken in. */
async function setup(own: (deps: IntakeDeps) => Partial<IntakeDeps> = () => ({})) {
  const kit = await createCryptoKit();
  const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
  const entries = [];
  for (const text of texts) {
    const event = { kind: "message", text };
    const sealed = await sealer.seal({ entryId: text, event, prev: opener.lastHash() });
    for (const part of sealed) {
      const entry = kit.order(part);
      await opener.open(entry);
      entries.push(entry);
    }
  }
  const { roomId } = kit.room;
  const store = new MemorySharedRoomStore();
  const deps: IntakeDeps = {
    ...{ roomId, room: kit.room, crypto: kit.crypto, store, trace: new RecordingLog() },
    onRefused: (seq, reason) => expect.unreachable(`${seq} is refused: ${reason}`),
  };
  const open = async (epoch: string, recovered: boolean, given: Partial<IntakeDeps> = {}) => {
    const made = await createIntake({ ...deps, ...given }, never);
    if (!made.ok) throw new Error(made.error.kind);
    const facts = { recovered, reason: undefined, floor: 1, head: entries.length, bytes: 0 };
    expect(made.value.begin({ kind: "joined", epoch, ...facts })).toMatchObject({ ok: true });
    return made.value;
  };
  const known = entries.slice(0, KNOWN);
  const before = await open("old", false);
  expect(await before.take(known, "m0", never)).toMatchObject({ ok: true });
  const intake = await open("new", false, own(deps));
  expect(await intake.take(known, "m1", never)).toMatchObject({ ok: true });
  expect(await intake.nextOffer(never)).toEqual({ ok: true, value: undefined });
  const heard = () => store.entriesOf(roomId).map(({ entry }) => (entry.body as Message).text);
  return { store, intake, open, entries, rest: entries.slice(KNOWN), heard };
}

interface Message {
  readonly text?: string;
}

/** Opened by the test; it tells when somebody waits at it. */
function createGate() {
  let [open, arrive] = [() => {}, () => {}];
  const opened = new Promise<void>((resolve) => open = resolve);
  const isReached = new Promise<void>((resolve) => arrive = resolve);
  const pass = (): Promise<void> => {
    arrive();
    return opened;
  };
  return { open: () => open(), isReached, pass };
}

/** All that can run without the gate does. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve();
}

test("[SY46] healing that ends amid a batch stores the opener of its place", async () => {
  const gate = createGate();
  let opens = 0;
  const { store, intake, open, rest, entries, heard } = await setup(({ crypto }) => ({
    crypto: {
      ...crypto,
      open: async (...given) => {
        opens += 1;
        if (opens === texts.length) await gate.pass(); // The last of the batch.
        return await crypto.open(...given);
      },
    },
  }));
  const taking = intake.take(rest, "m2", never);
  await gate.isReached;
  store.abortAtWrite(2); // The page dies behind the end of healing: nothing else is written.
  const healing = intake.finishHealing(never);
  await settle();
  gate.open();
  await Promise.all([taking, healing]);
  store.abortAtWrite(Infinity);
  const again = await open("new", true);
  expect(again.cursor?.epoch).toBe("new");
  await again.take(entries.slice(again.cursor?.seq), "m3", never);
  expect(heard()).toEqual(texts);
});

test("[SY47] a batch that comes while the healed log is stored is in it or behind it", async () => {
  const { store, intake, rest, heard } = await setup();
  const gate = createGate();
  const replaceEpoch = store.replaceEpoch.bind(store);
  store.replaceEpoch = async (...given) => {
    const replaced = await replaceEpoch(...given);
    await gate.pass();
    return replaced;
  };
  const healing = intake.finishHealing(never);
  const taking = intake.take(rest.slice(0, 2), "m2", never);
  await gate.isReached;
  await settle();
  gate.open();
  expect(await Promise.all([healing, taking])).toMatchObject([{ ok: true }, { ok: true }]);
  expect(await intake.take(rest.slice(2), "m3", never)).toMatchObject({ ok: true });
  expect(heard()).toEqual(texts);
});

import { fc } from "../testing/properties.ts";
import { describe, expect, test } from "vitest";
import { createCryptoKit, type CryptoKit } from "../testing/fakes/crypto-kit.ts";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { contentHashOf, entryIdOf, sliceBytesMax } from "./envelope.ts";
import { cryptoLimits } from "./limits.ts";
import { checkForeignState, checkOpenerState } from "./opener-state.ts";
import { createOpener } from "./opener.ts";
import { createSealer } from "./sealer.ts";
import { createWebCrypto } from "./web-crypto.ts";

const say = (text: string) => ({ kind: "say", text });
const refused = (reason: string) => ({ kind: "refused", reason });
const bytesOf = (body: string): Uint8Array<ArrayBuffer> => {
  const bytes = decodeBase64Url(body);
  if (bytes === undefined) throw new Error("Cannot decode a sealed body");
  return bytes;
};
const sealOne = async (kit: CryptoKit, event: unknown, entryId = "in_1") => {
  const [part] = await kit.createSealer().seal({ entryId, event, prev: new Uint8Array(32) });
  if (part === undefined) throw new Error("Cannot seal: no part");
  return part;
};
/** JSON of `chars` characters and a bit. */
const long = (chars: number) => say("x".repeat(chars));

describe("a sealed entry", () => {
  test("[CR10] opens to its event, author and place on both suites", async () => {
    for (const suite of [undefined, createWebCrypto()]) {
      const kit = await createCryptoKit(suite);
      const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
      const id = await entryIdOf(kit.crypto, "in_1", 0);
      expect(await kit.pass(sealer, opener, "in_1", say("hello")))
        .toEqual([{ seq: 1, ts: 1_001, id, device: kit.device.id, body: say("hello") }]);
      expect(await kit.pass(sealer, opener, "in_2", say("again")))
        .toMatchObject([{ seq: 2, body: say("again") }]);
    }
  });

  test("[CR10] with any bit changed opens as nothing of its author's", async () => {
    const kit = await createCryptoKit(createWebCrypto());
    const sealed = await sealOne(kit, say("hello"));
    const bytes = bytesOf(sealed.body);
    let accepted = 0;
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const body = encodeBase64Url(flipped);
      const opened = await kit.createOpener().open(kit.order({ id: sealed.id, body }));
      if ((opened.body as { kind: string }).kind !== "refused") accepted += 1;
    }
    expect(accepted).toBe(0);
  });

  test("[CR10] opens in no other room and under no other id", async () => {
    const [kit, other] = [await createCryptoKit(createWebCrypto()), await createCryptoKit()];
    const sealed = await sealOne(kit, say("hello"));
    const elsewhere = createOpener(createWebCrypto(), other.room);
    expect((await elsewhere.open(kit.order(sealed))).body).toEqual(refused("undecryptable"));
    const renamed = { id: await entryIdOf(kit.crypto, "in_2", 0), body: sealed.body };
    expect((await kit.createOpener().open(kit.order(renamed))).body)
      .toEqual(refused("id-mismatch"));
  });

  test("[CR10] opens whoever hands it to the relay", async () => {
    const kit = await createCryptoKit();
    const opened = await kit.createOpener().open(
      kit.order(await sealOne(kit, say("hello")), "another-device"),
    );
    expect(opened).toMatchObject({ device: kit.device.id, body: say("hello") });
  });

  test("[CR11] of whatever bytes opens to a refusal", async () => {
    const kit = await createCryptoKit();
    const opener = kit.createOpener();
    const open = async (id: string, body: string) => {
      const entry = await opener.open(kit.order({ id, body }, "somebody"));
      expect(entry).toMatchObject({ device: "unverified", body: { kind: "refused" } });
    };
    const sealed = await sealOne(kit, say("hello"));
    const bytes = fc.uint8Array({ maxLength: 400 }).map((raw) => Uint8Array.from(raw));
    await fc.assert(fc.asyncProperty(fc.string(), fc.string(), open));
    await fc.assert(fc.asyncProperty(bytes, (raw) => open(sealed.id, encodeBase64Url(raw))));
    await fc.assert(fc.asyncProperty(bytes, fc.nat(320), async (raw, at) => {
      const whole = bytesOf(sealed.body);
      await open(sealed.id, encodeBase64Url(Uint8Array.of(...whole.subarray(0, at), ...raw)));
    }));
  });

  test("[CR11] of text that is no JSON, or is nested too deep, opens to a refusal", async () => {
    const kit = await createCryptoKit();
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    const nest = (depth: number) => {
      let value: unknown = '[[[[\\"{';
      for (let level = 0; level < depth; level += 1) value = [value];
      return value;
    };
    const [fine] = await kit.pass(sealer, opener, "in_1", nest(cryptoLimits.eventDepthMax));
    expect(fine?.body).toEqual(nest(cryptoLimits.eventDepthMax));
    const [deep] = await kit.pass(sealer, opener, "in_2", nest(cryptoLimits.eventDepthMax + 1));
    expect(deep?.body).toEqual(refused("event-too-deep"));
    // A value that renders itself can render nonsense: so do other programs.
    const raw = { toJSON: () => "\ud800" };
    expect((await kit.pass(sealer, opener, "in_3", raw))[0]?.body).toBe("\ud800");
  });

  test("[CR11] whatever JSON it holds, it opens to just that", async () => {
    const kit = await createCryptoKit();
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    let count = 0;
    await fc.assert(fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), async (event) => {
      const [opened] = await kit.pass(sealer, opener, `in_${++count}`, event);
      expect(opened?.body).toEqual(JSON.parse(JSON.stringify(event)));
    }));
  });
});

describe("devices", () => {
  test("[CR12] a device without introduction is refused, and known for ever after one", async () => {
    const kit = await createCryptoKit();
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    const prev = opener.lastHash();
    const first = await sealer.seal({ entryId: "in_1", event: say("one"), prev });
    const [second] = await sealer.seal({ entryId: "in_2", event: say("two"), prev });
    if (first[0] === undefined || second === undefined) throw new Error("Cannot seal");
    const stranger = kit.createOpener();
    expect(await stranger.open(kit.order(second)))
      .toMatchObject({ device: "unverified", body: refused("device-unknown") });
    await opener.open(kit.order(first[0]));
    expect((await opener.open(kit.order(second))).body).toEqual(say("two"));
  });

  test("[CR12] an introduction that the write key did not sign is refused", async () => {
    const kit = await createCryptoKit();
    const { readSecret } = kit.readRoom;
    // Whoever reads can encrypt; the relay is what keeps readers from appending.
    const forged = { ...kit.room, readSecret, writeKeys: kit.readRoom.readKeys };
    const sealer = createSealer(kit.crypto, forged, kit.device);
    const [entry] = await kit.pass(sealer, kit.createOpener(), "in_1", say("hello"));
    expect(entry?.body).toEqual(refused("introduction-invalid"));
  });

  test("[CR12] no member writes as another", async () => {
    const kit = await createCryptoKit(createWebCrypto());
    const opener = kit.createOpener();
    await kit.pass(kit.createSealer(), opener, "in_1", say("hello"));
    const mallory = await kit.createDevice();
    const posing = { ...mallory, id: kit.device.id };
    const [intro] = await kit.pass(kit.createSealer(posing), opener, "in_2", say("I am you"));
    expect(intro?.body).toEqual(refused("introduction-invalid"));
    const own = { ...posing, signPublicKey: kit.device.signPublicKey };
    const [entry] = await kit.pass(kit.createSealer(own), opener, "in_3", say("I am you"));
    expect(entry?.body).toEqual(refused("signature-invalid"));
  });

  test("[CR13] an entry counts once, and counters only rise", async () => {
    const kit = await createCryptoKit();
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    const seal = async (entryId: string) => {
      const [part] = await sealer.seal({ entryId, event: say(entryId), prev: opener.lastHash() });
      if (part === undefined) throw new Error("Cannot seal");
      return part;
    };
    const [one, two, three] = [await seal("in_1"), await seal("in_2"), await seal("in_3")];
    const bodies: unknown[] = [];
    for (const part of [one, one, three, two, three]) {
      bodies.push((await opener.open(kit.order(part))).body);
    }
    const replayed = refused("counter-replayed");
    expect(bodies).toEqual([say("in_1"), replayed, say("in_3"), replayed, replayed]);
    // Another page of the same device counts for itself.
    const [fresh] = await kit.pass(kit.createSealer(), opener, "in_4", say("in_4"));
    expect(fresh?.body).toEqual(say("in_4"));
  });

  test("[CR20] seals made at once share no counter", async () => {
    const kit = await createCryptoKit(createWebCrypto());
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    const prev = opener.lastHash();
    const sealed = await Promise.all(
      Array.from(
        { length: 8 },
        (_, at) => sealer.seal({ entryId: `in_${at}`, event: say(""), prev }),
      ),
    );
    const places = sealed.flat().map(({ body }) => encodeBase64Url(bytesOf(body).slice(20, 44)));
    expect(new Set(places).size).toBe(8);
    const other = await kit.createSealer().seal({ entryId: "in_9", event: say(""), prev });
    expect(places).not.toContain(encodeBase64Url(bytesOf(other[0]?.body ?? "").slice(20, 44)));
  });
});

describe("parts", () => {
  test("[CR14] an event too long for one entry opens at its last part", async () => {
    const kit = await createCryptoKit();
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    const room = sliceBytesMax(true) - JSON.stringify(long(0)).length;
    expect(await kit.pass(sealer, opener, "in_0", long(room))).toHaveLength(1);
    const event = long(150_000);
    const entries = await kit.pass(sealer, opener, "in_1", event);
    const bodies = entries.map((entry) => entry.body);
    expect(bodies).toEqual([{ kind: "part" }, { kind: "part" }, { kind: "part" }, event]);
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(4);
  });

  test("[CR14] every part fits a frame, up to the longest event", async () => {
    const kit = await createCryptoKit(createWebCrypto());
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    const fixed = JSON.stringify(long(0)).length;
    const event = long(cryptoLimits.eventBytesMax - fixed);
    const parts = await sealer.seal({ entryId: "in_1", event, prev: opener.lastHash() });
    expect(parts.length).toBeLessThanOrEqual(cryptoLimits.partsMax);
    const longest = Math.max(...parts.map((part) => part.body.length));
    expect(longest).toBeLessThanOrEqual(cryptoLimits.sealedBytesMax / 3 * 4);
    let last: unknown;
    for (const part of parts) last = (await opener.open(kit.order(part))).body;
    expect(last).toEqual(event);
    await expect(
      sealer.seal({
        entryId: "in_2",
        event: long(cryptoLimits.eventBytesMax),
        prev: opener.lastHash(),
      }),
    )
      .rejects.toThrow(/at most/);
  });

  test("[CR14] a part out of order is refused and drops the event", async () => {
    const kit = await createCryptoKit();
    const sealer = kit.createSealer();
    const opener = kit.createOpener();
    await kit.pass(sealer, opener, "in_0", say("hello"));
    const seal = (entryId: string) =>
      sealer.seal({ entryId, event: long(120_000), prev: opener.lastHash() });
    const [a, b] = [await seal("in_1"), await seal("in_2")];
    const kinds: string[] = [];
    for (const part of [a[0], a[2], b[0], b[1], b[2]]) {
      if (part === undefined) throw new Error("Cannot seal");
      const { body } = await opener.open(kit.order(part));
      kinds.push(
        (body as { kind: string; reason?: string }).reason ?? (body as { kind: string }).kind,
      );
    }
    expect(kinds).toEqual(["part", "part-out-of-order", "part", "part", "say"]);
  });

  test("[CR14] a new event drops an unfinished one; those of other devices go on", async () => {
    const kit = await createCryptoKit();
    const opener = kit.createOpener();
    const [one, two] = [kit.createSealer(), kit.createSealer(await kit.createDevice())];
    const prev = opener.lastHash();
    const a = await one.seal({ entryId: "in_1", event: long(60_000), prev });
    const b = await two.seal({ entryId: "in_2", event: long(60_000), prev });
    const c = await one.seal({ entryId: "in_3", event: say("c"), prev });
    const bodies: unknown[] = [];
    for (const part of [a[0], b[0], c[0], a[1], b[1]]) {
      if (part === undefined) throw new Error("Cannot seal");
      bodies.push((await opener.open(kit.order(part))).body);
    }
    expect(bodies.slice(0, 3)).toEqual([{ kind: "part" }, { kind: "part" }, say("c")]);
    expect(bodies[3]).toEqual(refused("counter-replayed"));
    expect(bodies[4]).toEqual(long(60_000));
  });
});

describe("what only some may say", () => {
  test("[CR15] the relay says left and nothing else", async () => {
    const kit = await createCryptoKit();
    const opener = kit.createOpener();
    const open = async (body: string) => await opener.open(kit.order({ id: "x", body }, "relay"));
    expect(await open(`{"kind":"left","device":"d"}`))
      .toMatchObject({ id: "x", device: "sequencer", body: { kind: "left", device: "d" } });
    const sealed = await sealOne(kit, say("hello"));
    const wrong = [
      "",
      "null",
      "[]",
      `"left"`,
      `{"kind":"left"}`,
      `{"kind":"left","device":1}`,
      `{"kind":"left","device":"d","more":1}`,
      `{"kind":"say","device":"d"}`,
      `{"kind":"left","device":"${"d".repeat(81)}"}`,
      `{"kind":"left","device":"${"d".repeat(999)}"}`,
      sealed.body,
    ];
    for (const body of wrong) {
      expect((await open(body)).body, body).toEqual(refused("relay-event-unknown"));
    }
  });

  test("[CR15] no device says left, part or refused", async () => {
    const kit = await createCryptoKit();
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    for (const kind of ["left", "part", "refused"]) {
      const [entry] = await kit.pass(sealer, opener, kind, { kind, device: "d", reason: "r" });
      expect(entry).toMatchObject({ device: kit.device.id, body: refused("kind-reserved") });
    }
  });

  test("[CR16] a read-only link opens everything and seals nothing", async () => {
    const kit = await createCryptoKit(createWebCrypto());
    const sealed = await sealOne(kit, say("hello"));
    const reader = createOpener(kit.crypto, kit.readRoom);
    expect((await reader.open(kit.order(sealed))).body).toEqual(say("hello"));
    // @ts-expect-error: a read-only room is not assignable to a writable one
    expect(() => createSealer(kit.crypto, kit.readRoom, kit.device)).toThrow(/read-only/);
  });
});

describe("what an opener remembers", () => {
  test("[CR17] an opener saved after every entry opens as one that never stopped", async () => {
    const kit = await createCryptoKit();
    const [one, two] = [kit.createSealer(), kit.createSealer(await kit.createDevice())];
    const steady = kit.createOpener();
    let saved = kit.createOpener().state();
    const events = [say("a"), long(100_000), say("b"), long(50_000)];
    for (const [at, event] of events.entries()) {
      const sealer = at % 2 === 0 ? one : two;
      const parts = await sealer.seal({ entryId: `in_${at}`, event, prev: steady.lastHash() });
      for (const part of [...parts, ...parts]) {
        const entry = kit.order(part);
        const resumed = kit.createOpener(saved);
        expect(await resumed.open(entry)).toEqual(await steady.open(entry));
        expect(resumed.lastHash()).toEqual(steady.lastHash());
        saved = resumed.state();
        expect(saved).toBe(steady.state());
      }
    }
  });

  test("[CR17] the devices, pages and unfinished events it keeps have limits", async () => {
    const kit = await createCryptoKit(createWebCrypto());
    const opener = kit.createOpener();
    const prev = opener.lastHash();
    for (let count = 0; count < cryptoLimits.devicesMax + 20; count += 1) {
      const sealer = kit.createSealer(await kit.createDevice());
      const event = long(43_000);
      const [part] = await sealer.seal({ entryId: `in_${count}`, event, prev });
      if (part !== undefined) await opener.open(kit.order(part));
    }
    const device = await kit.createDevice();
    for (let count = 0; count < cryptoLimits.pagesMax; count += 1) {
      await kit.pass(kit.createSealer(device), opener, `page_${count}`, say(""));
    }
    const state = JSON.parse(opener.state());
    expect(state.devices).toHaveLength(cryptoLimits.devicesMax);
    expect(state.pages).toHaveLength(cryptoLimits.pagesMax);
    const bytes = state.pending.flatMap((row: [string, string, number, number, string[]]) => row[4])
      .reduce((sum: number, piece: string) => sum + bytesOf(piece).length, 0);
    expect(bytes).toBeLessThanOrEqual(cryptoLimits.pendingBytesMax);
    expect(bytes).toBeGreaterThan(cryptoLimits.pendingBytesMax - 50_000);
    expect(state.devices.at(-1)[0]).toBe(device.id);
  }, 30_000);

  test("[CR17] a damaged state is told before it is used", async () => {
    const kit = await createCryptoKit();
    const opener = kit.createOpener();
    await kit.pass(kit.createSealer(), opener, "in_1", long(100_000));
    const good = opener.state();
    expect(checkOpenerState(good, kit.room.roomId)).toEqual({ ok: true, value: undefined });
    const damaged = { ok: false, error: { kind: "opener-state-damaged" } };
    expect(checkOpenerState(good, "another room")).toEqual(damaged);
    for (const field of Object.keys(JSON.parse(good))) {
      for (const value of [undefined, null, -1, "x", [1], [["a"]], [["a", "b", "c"]], {}]) {
        // A state of before logs were compared has none.
        if (["views", "forks", "otherForks"].includes(field) && value === undefined) continue;
        const text = JSON.stringify({ ...JSON.parse(good), [field]: value });
        expect(checkOpenerState(text, kit.room.roomId), text.slice(0, 200)).toEqual(damaged);
      }
    }
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(checkOpenerState(text, kit.room.roomId)).toEqual(damaged);
    }));
    expect(() => kit.createOpener("{}")).toThrow(/damaged/);
  });

  test("[CR17] a state of before CR39, with what it kept for citations, goes on", async () => {
    const kit = await createCryptoKit();
    const opener = kit.createOpener();
    await kit.pass(kit.createSealer(), opener, "in_1", say("hello"));
    const { pages, ...rest } = JSON.parse(opener.state());
    const kept = { isWhole: true, unknownCitations: 3, recent: ["x"] };
    const rows = pages.map((row: readonly unknown[]) => [...row, 7]);
    const old = JSON.stringify({ ...rest, ...kept, pages: rows });
    expect(kit.createOpener(old).state()).toBe(opener.state());
  });

  test("[CR17] [CR40] counted forks are kept, of a state with names alone too", async () => {
    const kit = await createCryptoKit();
    const opener = kit.createOpener();
    const state = JSON.parse(opener.state());
    const counted = [{ device: "x", epochTag: "01234567", seq: 9 }];
    const reopened = (otherForks: readonly unknown[]) =>
      JSON.parse(kit.createOpener(JSON.stringify({ ...state, otherForks })).state()).otherForks;
    expect(reopened(counted)).toEqual(counted);
    expect(reopened(["x"])).toEqual([{ device: "x", epochTag: "", seq: 0 }]);
    expect(() => reopened([{ ...counted[0], seq: -1 }])).toThrow(/damaged/);
  });

  test("[CR39] what is cited is the newest entry of a device that tells its log", async () => {
    const kit = await createCryptoKit();
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    const take = async (entryId: string, event: unknown) => {
      const cited = { prev: opener.lastHash(), view: opener.view() };
      const parts = await sealer.seal({ entryId, event, ...cited });
      for (const one of parts) await opener.open(kit.order(one));
      const hashes = parts.map(({ body }) => contentHashOf(kit.crypto, bytesOf(body)));
      return (await Promise.all(hashes))[0];
    };
    expect(opener.lastHash()).toEqual(new Uint8Array(32));
    expect(await take("one", say("one"))).toEqual(opener.lastHash());
    const first = opener.lastHash();
    const left = `{"kind":"left","device":"d"}`;
    await opener.open(kit.order({ id: "x", body: left }, "relay"));
    await opener.open(kit.order({ id: "y", body: "junk" }));
    expect(opener.lastHash()).toEqual(first);
    expect(await take("long", long(100_000))).toEqual(opener.lastHash());
    expect(opener.lastHash()).not.toEqual(first);
  });
});

test("[CR22] a fresh sealer's first event opens without what was before, its next does not", async () => {
  const kit = await createCryptoKit();
  const [old, whole] = [kit.createSealer(), kit.createOpener()];
  await kit.pass(old, whole, "in_1", say("before"));
  const prev = whole.lastHash();
  const late = await old.seal({ entryId: "in_2", event: say("late"), prev });
  const parts = await kit.createSealer().seal({ entryId: "in_3", event: long(90_000), prev });
  expect(parts.length).toBeGreaterThan(1);
  const scout = kit.createOpener();
  const opened: unknown[] = [];
  for (const part of [...late, ...parts]) opened.push((await scout.open(kit.order(part))).body);
  expect(opened[0]).toMatchObject({ kind: "refused" });
  expect(opened.at(-1)).toEqual(long(90_000));
});

test("[CR23] a state in which a device has another's keys is not taken from others", async () => {
  const kit = await createCryptoKit();
  const opener = kit.createOpener();
  await kit.pass(kit.createSealer(), opener, "in_1", say("hello"));
  const text = opener.state();
  const check = (state: string) => checkForeignState(kit.crypto, state, kit.room.roomId);
  expect(await check(text)).toMatchObject({ ok: true });
  const forged = text.replaceAll(kit.device.id, encodeBase64Url(new Uint8Array(16)));
  expect(checkOpenerState(forged, kit.room.roomId)).toMatchObject({ ok: true });
  expect(await check(forged)).toMatchObject({ ok: false });
  expect(await check("{}")).toMatchObject({ ok: false });
});

describe("ephemerals", () => {
  test("[CR19] one opens once, for its device, and never as an entry", async () => {
    for (const suite of [undefined, createWebCrypto()]) {
      const kit = await createCryptoKit(suite);
      const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
      const early = await sealer.sealEphemeral({ text: "too early" });
      expect(await opener.openEphemeral(kit.device.id, early)).toBeUndefined();
      await kit.pass(sealer, opener, "in_1", say("hello"));
      const [one, two] = [
        await sealer.sealEphemeral({ n: 1 }),
        await sealer.sealEphemeral({ n: 2 }),
      ];
      const before = opener.state();
      expect(await opener.openEphemeral("another", two)).toBeUndefined();
      expect(await opener.openEphemeral(kit.device.id, two))
        .toEqual({ device: kit.device.id, body: { n: 2 } });
      expect(await opener.openEphemeral(kit.device.id, two)).toBeUndefined();
      expect(await opener.openEphemeral(kit.device.id, one)).toBeUndefined();
      expect(opener.state()).toBe(before);
      const id = encodeBase64Url(new Uint8Array(16));
      expect((await opener.open(kit.order({ id, body: two }))).body)
        .toEqual(refused("envelope-malformed"));
      const [entry] = await sealer.seal({ entryId: "in_2", event: {}, prev: opener.lastHash() });
      expect(await opener.openEphemeral(kit.device.id, entry?.body ?? "")).toBeUndefined();
    }
  });

  test("[CR19] whatever text comes is no ephemeral, and a long one is never sealed", async () => {
    const kit = await createCryptoKit();
    const [sealer, opener] = [kit.createSealer(), kit.createOpener()];
    await kit.pass(sealer, opener, "in_1", say("hello"));
    await fc.assert(fc.asyncProperty(fc.string(), async (text) => {
      expect(await opener.openEphemeral(kit.device.id, text)).toBeUndefined();
    }));
    await expect(sealer.sealEphemeral("x".repeat(cryptoLimits.ephemeralBytesMax)))
      .rejects.toThrow(/at most/);
  });
});

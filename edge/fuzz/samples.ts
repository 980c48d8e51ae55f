/** Well-formed texts of every kind that a relay or a client reads: where the fuzzer starts. */

import { relayLimits } from "../relay/mod.ts";

const ID = "AAAAAAAAAAAAAAAAAAAAAA";
const KEY = "A".repeat(43);
const SIGNATURE = "A".repeat(86);
const entry = { seq: 1, ts: 1_700_000_000_000, from: ID, id: ID, body: "aGVyb24" };

const clientFrames = [
  {
    t: "join",
    v: 1,
    room: ID,
    device: ID,
    proof: {
      access: "write",
      writeKey: KEY,
      readKey: KEY,
      deviceKey: KEY,
      notAfter: 1_700_000_030_000,
      admitSignature: SIGNATURE,
      deviceSignature: SIGNATURE,
    },
    cursor: { epoch: ID, seq: 7, mac: "A".repeat(33) },
  },
  { t: "append", id: ID, body: "aGVyb24" },
  { t: "append", id: ID, body: "aGVyb24", covers: 4, more: true, author: ID },
  { t: "ack", seq: 12 },
  { t: "page", before: 100, entriesMax: 50 },
  { t: "eph", body: "aGVyb24" },
];

const serverFrames = [
  { t: "hello", v: 1, nonce: ID, now: 1_700_000_000_000, pingMs: 25_000, limits: relayLimits },
  {
    ...{ t: "joined", epoch: ID, head: 9, floor: 1, bytes: 900 },
    ...{ recovered: false, reason: "no-cursor", members: [ID] },
  },
  { t: "entries", epoch: ID, entries: [entry, { ...entry, seq: 2 }], replay: true, mac: KEY },
  { t: "live", seq: 9 },
  { t: "ok", id: ID, seq: 3, ts: 1_700_000_000_000, dup: false },
  { t: "no", id: ID, code: "rate-limited", retry: true, afterMs: 200 },
  { t: "presence", device: ID, state: "here" },
  { t: "page", before: 9, entries: [entry], floor: 1 },
  { t: "eph", from: ID, body: "aGVyb24" },
  { t: "error", code: "frame-unknown" },
];

/** Of the log, as decrypted by a client that trusts nobody who holds the key. */
const events = [
  {
    ...{ kind: "genesis", rules: 1, roomId: "rm_1", name: "Garden" },
    recipe: { kind: "panel", followUpsMax: 1 },
  },
  { kind: "device", name: "Ann", signKey: KEY, sealKey: KEY },
  {
    kind: "announce",
    hostsForOthers: true,
    lanes: [{
      ...{ engine: "transformers", modelId: "starter", lane: "cpu", contextTokens: 1_024 },
      ...{ slots: 1, replyTokensMax: 64 },
    }],
  },
  {
    kind: "persona",
    persona: "ps_1",
    card: { name: "Ada", gist: "", description: "", greeting: "", hue: 12 },
    requirement: { contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  },
  { kind: "assign", persona: "ps_1" },
  { kind: "release", persona: "ps_1", assign: 4, reason: "model" },
  { kind: "say", text: "The heron is back", addressed: ["ps_1"] },
  {
    ...{ kind: "settle", turn: 3, persona: "ps_1", attempt: 0, assign: 4, seenSeq: 7 },
    ...{ fingerprint: "abc", outcome: { kind: "replied", text: "It is", finish: "stop" } },
  },
  { kind: "stop", scope: { kind: "turn", turn: 3 } },
  { kind: "again", turn: 3, persona: "ps_1" },
  { kind: "edit", of: 3, text: "The heron left" },
  { kind: "rewind", to: 2, expect: 7 },
  { kind: "restore", rewind: 8 },
  { kind: "pin", of: 3, pinned: true },
  { kind: "name", name: "Attic" },
  { kind: "pick", turn: 3, persona: "ps_1", attempt: 0 },
  { kind: "partial", turn: 3, persona: "ps_1", attempt: 0, assign: 4, text: "It" },
  { kind: "left", device: ID },
];

const ephemerals = [
  {
    frames: [{ turn: 3, persona: "ps_1", attempt: 0, assign: 4, offset: 0, text: "It is" }],
  },
];

export const samples = {
  client: clientFrames.map((one) => JSON.stringify(one)),
  server: serverFrames.map((one) => JSON.stringify(one)),
  events: events.map((one) => JSON.stringify(one)),
  ephemerals: ephemerals.map((one) => JSON.stringify(one)),
} as const;

import { expect, test } from "vitest";
import type { ClientFrame, RelayEntry, ServerFrame } from "#shared/protocol/mod.ts";
import { invariants } from "./invariants.ts";
import { drawFailure } from "./sim-report.ts";
import { complaintsOf, type FinalPeer, type SeenEntry, type SimFact } from "./sim-trace.ts";

type Loose<F> = { readonly t: string } & Partial<Record<string, unknown>> & Partial<F>;

const up = (frame: Loose<ClientFrame>, wire = 1): SimFact => ({
  ...{ kind: "in", wire, frame: frame as ClientFrame },
});
const down = (frame: Loose<ServerFrame>, wire = 1): SimFact => ({
  ...{ kind: "out", wire, frame: frame as ServerFrame },
});
const entry = (seq: number, id = `id${seq}`, body = `body${seq}`): RelayEntry => ({
  ...{ seq, ts: 1, from: "dv", id, body },
});
const entries = (list: readonly RelayEntry[], wire = 1): SimFact =>
  down({ t: "entries", epoch: "e", entries: list, mac: "m", replay: true }, wire);
const join = (cursor?: { epoch: string; seq: number; mac: string }, wire = 1): SimFact =>
  up({ t: "join", cursor }, wire);
const joined = (patch: object = {}, wire = 1): SimFact =>
  down(
    { t: "joined", epoch: "e", head: 2, floor: 1, recovered: false, members: [], ...patch },
    wire,
  );
const append = (id: string, body = "AAAA"): SimFact => up({ t: "append", id, body });
const ok = (id: string, seq: number): SimFact => down({ t: "ok", id, seq, ts: 1, dup: false });
const seen = (seq: number, body: object, patch: Partial<SeenEntry> = {}): SeenEntry => ({
  ...{ seq, id: `id${seq}`, sealed: `body${seq}`, device: "dv" },
  ...{ body: body as SeenEntry["body"] },
  ...patch,
});
const mirror = (...list: SeenEntry[]): SimFact => ({
  ...{ kind: "mirror", peer: "ada", epoch: "e", entries: list },
});
const final = (patch: Partial<FinalPeer> = {}, log: readonly string[] = ["id1"]): SimFact => {
  const whole = {
    phase: "live",
    unsent: 0,
    present: ["dv"],
    ids: ["id1"],
    openTurns: 0,
    roomHash: "h",
  };
  return { kind: "final", log, peers: [{ name: "ada", device: "dv", ...whole, ...patch }] };
};
const said = (text: string): SimFact => ({ kind: "said", device: "dv", text });
const say = (text: string): object => ({ kind: "say", text });
const settle = { kind: "settle", turn: 3, persona: "ps", attempt: 0, assign: 2 };
const cursor = { epoch: "e", seq: 2, mac: "m" };

const whole: readonly SimFact[] = [
  ...[join(), joined({ head: 0 }), append("id1"), ok("id1", 1), entries([entry(1)])],
  ...[down({ t: "live", seq: 1 }), said("hush 1"), mirror(seen(1, say("hush 1"))), final()],
];

/** Another peer with the same log, and another room made of it. */
function twoRooms(fact: SimFact): SimFact {
  if (fact.kind !== "final") return fact;
  const others = fact.peers.map((peer) => ({ ...peer, name: "bob", roomHash: "other" }));
  return { ...fact, peers: [...fact.peers, ...others] };
}

/** What each must complain about. */
const broken: Readonly<Record<string, readonly (readonly SimFact[])[]>> = {
  I1: [
    [join(), joined(), entries([entry(1), entry(3)])],
    [join(), joined(), entries([entry(2), entry(1)])],
    [join(), joined(), entries([entry(2)])],
  ],
  I2: [
    [entries([entry(1)]), entries([entry(1, "other")], 2)],
    [entries([entry(1)]), entries([entry(1, "id1", "other")], 2)],
  ],
  I3: [[up({ t: "join", device: "dv" }), ok("id9", 9), final()]],
  I4: [[mirror(seen(1, {}), seen(2, {}, { id: "id1" }))], [final({ ids: [] })]],
  I5: [
    [entries([entry(1)]), mirror(seen(1, {}, { sealed: "other" }))],
    [entries([entry(1)]), mirror(seen(2, {}))],
  ],
  I6: [[join(), joined(), entries([entry(1)]), down({ t: "live", seq: 1 })]],
  I7: [
    [join(cursor), joined({ recovered: true, head: 9 }), entries([entry(4)])],
    [join(cursor), joined({ recovered: true, head: 9, floor: 5 })],
  ],
  I8: [
    [entries([entry(1), entry(2)]), join(cursor), joined({ head: 1, recovered: true })],
    [join(cursor), joined({ recovered: true })],
    [join(cursor), joined({ reason: "ahead" })],
  ],
  I9: [
    [said("a"), said("b"), mirror(seen(1, say("b")), seen(2, say("a")))],
    [mirror(seen(1, say("of nobody")))],
    [said("a"), mirror(seen(1, say("a")), seen(2, say("a")))],
  ],
  I13: [[final({ present: [] })], [final({ present: ["dv", "ghost"] })]],
  I14: [[entries(Array.from({ length: 800 }, (_, index) => entry(index + 1)))]],
  I15: [[final({ unsent: 1 })], [final({ openTurns: 1 })], [final({ phase: "offline idle" })]],
  I16: [
    [append("x", btoa("so hush now").replaceAll("=", ""))],
    [up({ t: "eph", body: "AAAA", note: "hush" })],
  ],
  I17: [
    [joined(), append("id1"), down({ t: "no", id: "id1", code: "busy" }), entries([entry(1)])],
    [append("id1"), entries([entry(1)])],
  ],
  I18: [[joined(), ok("id1", 1), ok("id1", 2)]],
  RM1: [[twoRooms(final())]],
  I19: [[mirror(seen(1, settle), seen(2, settle))]],
};

test.each(invariants)("[SM2] $name is broken by what breaks it: $title", (invariant) => {
  expect(complaintsOf([invariant], whole)).toEqual([]);
  const traces = broken[invariant.name] ?? [];
  expect(traces.length).toBeGreaterThan(0);
  for (const trace of traces) expect(complaintsOf([invariant], trace)).not.toEqual([]);
});

test("[SM1] the invariants are I1 to I9, I13 to I19 and RM1", () => {
  const names = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 18, 19].map((n) => `I${n}`);
  const found = invariants.map(({ name }) => name);
  expect(found.toSorted()).toEqual([...names, "RM1"].toSorted());
});

test("[SM2] what a relay lost with its disk may mean something else in the same epoch", () => {
  const killed: SimFact = { kind: "killed", epoch: "e", head: 1 };
  const facts = [
    joined(),
    append("id1"),
    append("id2"),
    append("new"),
    entries([entry(1), entry(2)]),
  ];
  const again = [killed, joined({}, 2), entries([entry(1), entry(2, "new")], 2)];
  expect(complaintsOf(invariants, [...facts, ...again])).toEqual([]);
  const kept = complaintsOf(invariants, [...facts, joined({}, 2), entries([entry(1, "new")], 2)]);
  expect(kept).toEqual(["I2: 1 was another entry"]);
});

test("[SM6] a failing seed is told with all that is needed to see it again", () => {
  const lines = Array.from({ length: 90 }, (_, index) => `line ${index}`);
  const text = drawFailure(
    { world: "relay", seed: 7, complaints: ["I1: 3 came behind 1"], lines },
    "abc",
  );
  expect(text).toContain("Seed 7 of the relay world at abc\nI1: 3 came behind 1\n");
  expect(text).toContain("line 60\n");
  expect(text).toContain(
    "line 89\nThe same again: npm run sim -- --world relay --seeds 1 --from 7",
  );
  expect(text).not.toContain("line 59\n");
});

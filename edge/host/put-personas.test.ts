import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import { type RoomEvent, RULES_NUMBER } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries } from "#shared/room/mod.ts";
import type { PlannedPersona } from "./config/read-config.ts";
import { personaIdOf, personasToPut, personasUnnamed } from "./put-personas.ts";

const DEVICE = "dv_host";
const card = { name: "Ada", gist: "", description: "", greeting: "", hue: 1 };
const ada: PlannedPersona & { readonly wish: "put" } = {
  ...{ key: "ada", card, requirement: { contextTokensMin: 1 }, rooms: ["attic"] },
  ...{ wish: "put", hosts: "any" },
};
const planned: readonly PlannedPersona[] = [ada];
const recipe = { kind: "panel", followUpsMax: 0 } as const;
const begun: readonly RoomEvent[] = [
  { kind: "genesis", rules: RULES_NUMBER, roomId: "rm", name: "Attic", recipe },
  { kind: "device", name: "Cellar" },
];

const stateAfter = (events: readonly RoomEvent[]) =>
  foldEntries(
    emptyState(),
    events.map((body, index) => ({
      ...{ seq: index + 1, ts: toRoomMs(index), id: `e${index}`, device: DEVICE, body },
    })),
  );

test("[HO94] a persona is put where she is unknown, under an id of her own", () => {
  const persona = personaIdOf(DEVICE, "ada");
  const [put, ...rest] = personasToPut(stateAfter(begun), DEVICE, planned);
  expect([put, rest]).toMatchObject([{ kind: "persona", persona, card, removed: false }, []]);
  expect(personaIdOf(DEVICE, "bo")).not.toBe(persona);
  expect(personaIdOf("dv_other", "ada")).not.toBe(persona);
  expect(personasToPut(emptyState(), DEVICE, planned), "no room yet").toEqual([]);
});

/** The persona as this device put her. */
function putOf(plan: readonly PlannedPersona[]): RoomEvent & { readonly kind: "persona" } {
  const [put] = personasToPut(stateAfter(begun), DEVICE, plan);
  if (put === undefined) throw new Error("nobody was put");
  return put;
}

test.each<[what: string, change: Partial<typeof ada>]>([
  ["card", { card: { ...card, gist: "a poet" } }],
  ["model requirement", { requirement: { contextTokensMin: 1, modelId: "m" } }],
  ["allowed hosts", { hosts: "own" }],
])("[HO94] a changed %s is put once, and what is the same never", (_what, change) => {
  const first = putOf(planned);
  const known = stateAfter([...begun, first]);
  expect(personasToPut(known, DEVICE, planned)).toEqual([]);
  const [second, ...rest] = personasToPut(known, DEVICE, [{ ...ada, ...change }]);
  if (second === undefined) throw new Error("nothing was put");
  expect([second.persona, rest]).toEqual([first.persona, []]);
  const after = stateAfter([...begun, first, second]);
  expect(personasToPut(after, DEVICE, [{ ...ada, ...change }])).toEqual([]);
  expect(personasToPut(after, DEVICE, planned), "and back").toEqual([first]);
});

test("[HO94] one that another device put is let be", () => {
  const put = putOf(planned);
  const state = foldEntries(
    emptyState(),
    [...begun, { kind: "device", name: "Loft" } as const, put].map((body, index) => ({
      ...{ seq: index + 1, ts: toRoomMs(index), id: `e${index}`, body },
      device: index > 1 ? "dv_other" : DEVICE,
    })),
  );
  const changed = { ...ada, card: { ...card, gist: "a poet" } };
  expect(personasToPut(state, DEVICE, [changed])).toEqual([]);
  expect(personasToPut(state, DEVICE, [{ ...ada, wish: "remove" }])).toEqual([]);
  expect(personasUnnamed(state, DEVICE, [])).toEqual([]);
});

test("[HO163] one to be removed is removed once, and put again when she is wanted again", () => {
  const put = putOf(planned);
  const remove: readonly PlannedPersona[] = [{ key: "ada", rooms: ["attic"], wish: "remove" }];
  expect(personasToPut(stateAfter(begun), DEVICE, remove), "unknown").toEqual([]);
  const known = stateAfter([...begun, put]);
  expect(personasToPut(known, DEVICE, remove)).toEqual([{ ...put, removed: true }]);
  const gone = stateAfter([...begun, put, { ...put, removed: true }]);
  expect(personasToPut(gone, DEVICE, remove)).toEqual([]);
  expect(personasToPut(gone, DEVICE, planned)).toEqual([put]);
});

test("[HO163] one that the configuration no longer names stays, and is told", () => {
  const put = putOf(planned);
  const known = stateAfter([...begun, put]);
  expect(personasToPut(known, DEVICE, [])).toEqual([]);
  expect(personasUnnamed(known, DEVICE, [])).toEqual([put.persona]);
  expect(personasUnnamed(known, DEVICE, planned)).toEqual([]);
  expect(personasUnnamed(stateAfter([...begun, put, { ...put, removed: true }]), DEVICE, []))
    .toEqual([]);
});

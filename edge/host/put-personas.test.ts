import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import { type RoomEvent, RULES_NUMBER } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries } from "#shared/room/mod.ts";
import { personaIdOf, personasToPut } from "./put-personas.ts";

const DEVICE = "dv_host";
const card = { name: "Ada", gist: "", description: "", greeting: "", hue: 1 };
const planned = [{ key: "ada", card, requirement: { contextTokensMin: 1 }, rooms: ["attic"] }];
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

test("[HO94] one that people changed or removed stays so", () => {
  const [put] = personasToPut(stateAfter(begun), DEVICE, planned);
  if (put === undefined) throw new Error("nobody was put");
  const changed = { ...put, card: { ...card, name: "Eva" } };
  for (const last of [changed, { ...put, removed: true }]) {
    expect(personasToPut(stateAfter([...begun, put, last]), DEVICE, planned)).toEqual([]);
  }
});

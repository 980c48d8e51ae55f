/** Scenes whose names are hostile (hostile/name-cases.ts), and a message that streams. */

import { readyMade } from "#shared/personas/mod.ts";
import { nameCases } from "../hostile/name-cases.ts";
import type { FixtureClient } from "./fixture-client.ts";
import { createRoom } from "./create-room.ts";
import { FixtureRoom, LIVE } from "./fixture-room.ts";

export const NAMES_ROOM = "rm_names";

export function fillHostileScene(client: FixtureClient, scene: string): void {
  if (scene === "hostile-names") addNames(client);
  if (scene !== "hostile-stream") return;
  client.pace = Infinity;
  const turn = createRoom(client, "rm_stream", "Streams", 60_000).say("Go on.");
  client.run("rm_stream", { turn, persona: "pe_ada", attempt: 0, phase: "speaking" }, "");
  Object.assign(globalThis, { streamTurn: turn });
}

/** Every name as a room's, a person's, a persona's and a model's. */
function addNames(client: FixtureClient): void {
  const [card] = readyMade;
  if (card === undefined) throw new Error("There is no ready-made persona");
  for (const [at, { name }] of nameCases.entries()) {
    const other = createRoom(client, `rm_name${at}`, name, 60_000);
    other.say("hello", [], 1_000);
  }
  const room = new FixtureRoom(NAMES_ROOM, nameCases[0]?.name ?? "", Date.now() - 3_600_000);
  client.rooms.set(NAMES_ROOM, room);
  room.append({ kind: "recipe", recipe: { kind: "addressed", followUpsMax: 0 } });
  for (const [at, { name }] of nameCases.entries()) {
    const device = `dv_name${at}`;
    room.addDevice(device, name, true);
    if (at < 20) {
      const own = { ...card, name, gist: name, description: name, hue: (at * 40) % 360 };
      room.addPersona(`pe_name${at}`, own, device);
    }
    const turn = room.say(`said by ${at}`, at < 20 ? [`pe_name${at}`] : [], 1_000, device);
    if (at < 20) room.reply(turn, `pe_name${at}`, "answered");
  }
  room.shared = { ...LIVE, present: [room.device, ...nameCases.map((_, at) => `dv_name${at}`)] };
  const { models } = client.snapshot.peek();
  const [, row] = models.phase === "loaded" ? models.rows : [];
  if (models.phase !== "loaded" || row === undefined) return;
  const rows = nameCases.map(({ name }, at) => ({
    ...row,
    profile: { ...row.profile, id: `m${at}`, name, goodFor: name, licence: name },
  }));
  client.patch({ models: { ...models, rows: [...models.rows, ...rows] } });
}

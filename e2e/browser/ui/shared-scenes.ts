/** Scenes of shared rooms: people, presence, and a connection in every state. */

import { readyMade } from "#shared/personas/mod.ts";
import type { LinkPhase } from "../../../web/client/app-client.ts";
import type { FixtureClient } from "./fixture-client.ts";
import { FixtureRoom, LIVE, OWN_DEVICE } from "./fixture-room.ts";

const ROOM = "ORgzX2Jzb9sZtQ1k3v0a9w";
const NOOR = "kq7mN1xY0cQy2bq3Jt4v5w";
const SAM = "Zr1dP0sT8uVwX2yA3bC4dQ";
const LEE = "a0B1c2D3e4F5g6H7i8J9kA";
const READER = "Rd9eR8aD7eR6oNlY5dEv4w";

const LINKS: Readonly<Record<string, LinkPhase>> = {
  "shared": { phase: "live" },
  "shared-reader": { phase: "live" },
  "shared-connecting": { phase: "connecting" },
  "shared-behind": { phase: "catching-up", seq: 412, head: 1_903 },
  "shared-offline": { phase: "offline", reason: "unreachable", retryMs: 14_000 },
  "shared-refused": { phase: "refused", reason: "badProof" },
  "shared-replaced": { phase: "refused", reason: "replaced" },
  "shared-version": { phase: "refused", reason: "badVersion" },
};

/** Fills `client` when `scene` is one of a shared room. */
export function fillSharedScene(client: FixtureClient, scene: string): void {
  if (scene === "shared-awaited") return addAwaited(client);
  const link = LINKS[scene];
  if (link === undefined) return;
  const room = addSharedRoom(client);
  const isLive = link.phase === "live";
  room.shared = {
    ...LIVE,
    link,
    present: isLive ? [OWN_DEVICE, NOOR, LEE] : [],
    refused: isLive ? [{ seq: 7, reason: "signature" }] : [],
  };
  if (scene === "shared-reader") {
    room.device = READER;
    room.shared = { ...room.shared, access: "read", present: [READER, OWN_DEVICE, NOOR] };
  }
  if (scene !== "shared-offline" && scene !== "shared-refused") return;
  const now = Date.now();
  room.unsent = [
    { id: "in_101", text: "I am on the train, so this may take a moment.", atMs: now - 90_000 },
    { id: "in_102", text: "Keep the rosemary; the thyme can go.", atMs: now - 40_000 },
  ];
}

function addSharedRoom(client: FixtureClient): FixtureRoom {
  const room = new FixtureRoom(ROOM, "Allotment 12", Date.now() - 5 * 3_600_000);
  client.rooms.set(ROOM, room);
  room.addDevice(NOOR, "Noor Haddad", true);
  room.addDevice(SAM, "Sam", false);
  const [ada, bo] = readyMade;
  if (ada !== undefined) room.addPersona("pe_ada", ada, NOOR);
  if (bo !== undefined) room.addPersona("pe_bo", bo);
  room.append({ kind: "recipe", recipe: { kind: "addressed", followUpsMax: 0 } });
  room.say("Is anybody near the shed? I left the long hose running.", [], 60_000, NOOR);
  room.say("On my way, two minutes.", [], 40_000, SAM);
  room.say("And bring the key for the water.", [], 20_000, SAM);
  const turn = room.say("Ada, how much is too much for young tomatoes?", ["pe_ada"]);
  room.reply(
    turn,
    "pe_ada",
    "If the soil shines, it has had enough. Let them thirst a little; they root deeper for it.",
    2_600,
  );
  room.say("Hose is off. No harm done.", [], 4 * 60_000, SAM);
  room.append({ kind: "left", device: SAM }, 60_000, "sequencer");
  return room;
}

/** Joined a moment ago: nothing has come yet. */
function addAwaited(client: FixtureClient): void {
  const room = new FixtureRoom(ROOM, "", Date.now());
  client.rooms.set(ROOM, room);
  room.shared = { ...LIVE, link: { phase: "connecting" }, present: [] };
}

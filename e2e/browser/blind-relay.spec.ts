import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deriveRoom, parseRoomLink } from "#shared/crypto/mod.ts";
import {
  createRoom,
  crypto,
  freshId,
  joinRoom as joinRaw,
} from "../../edge/conformance/room-client.ts";
import { expect, test } from "../support/fixtures.ts";
import { say } from "../support/room.ts";
import {
  keyNeedle,
  type Needle,
  scanBytes,
  scanFolder,
  scanMemory,
  textNeedle,
} from "../torture/memory-scan.ts";
import { gatherPeople, type People } from "../torture/people.ts";
import { copyPage, type RelayProcess, startRelay } from "../torture/relay-process.ts";

/** What was said, every secret of the room that the link gives, and the link's own words. */
async function secretsOf(link: string, words: readonly string[]): Promise<readonly Needle[]> {
  const parts = parseRoomLink(link);
  if (!parts.ok) throw new Error("The copied link is no room link");
  const { secret } = parts.value;
  const room = await deriveRoom(crypto, parts.value);
  return [
    ...words.map((text) => textNeedle("words", text)),
    textNeedle("room key as in the link", Buffer.from(secret).toString("base64url")),
    keyNeedle("room key", secret),
    keyNeedle("read key", room.readSecret),
    keyNeedle("message key", room.epochKey),
    keyNeedle("write admission seed", await crypto.hkdf(secret, "admit-write", 32)),
    keyNeedle("read admission seed", await crypto.hkdf(room.readSecret, "admit-read", 32)),
  ];
}

/** Puts a text and a key into the relay the one way it takes them: as the body of an entry. */
async function plant(relay: RelayProcess): Promise<readonly Needle[]> {
  const text = `planted-heron-${freshId()}`;
  const key = crypto.randomBytes(32);
  const socket = await joinRaw(relay, await createRoom());
  const bodies = [Buffer.from(text).toString("base64url"), Buffer.from(key).toString("base64url")];
  for (const body of bodies) {
    expect((await socket.append(freshId(), body)).t).toBe("ok");
  }
  socket.close();
  return [textNeedle("planted text", text), keyNeedle("planted key", key)];
}

async function talk({ all: [ann, ben] }: People): Promise<readonly string[]> {
  const words = [`The heron ${freshId()} came back`, `Seen it: ${freshId()}, by the reeds`];
  await say(ann.page, words[0] ?? "");
  await expect(ben.page.getByText(words[0] ?? "").first()).toBeVisible();
  await say(ben.page, words[1] ?? "");
  await expect(ann.page.getByText(words[1] ?? "").first()).toBeVisible();
  return words;
}

test("[TO3] files, output and memory of the relay hold no word and no key; what was planted is found", async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), "conclave-blind-"));
  let relay: RelayProcess | undefined;
  try {
    copyPage(join(folder, "page"));
    const dataFolder = join(folder, "data");
    relay = await startRelay({ dataFolder, pageFolder: join(folder, "page"), port: 0 });
    const people = await gatherPeople(browser, relay.origin);
    const secrets = await secretsOf(people.link, await talk(people));
    const planted = await plant(relay);
    const needles = [...secrets, ...planted, textNeedle("address", "Conclave is at")];

    relay.signal("SIGSTOP"); // Nothing moves while it is looked at.
    const files = scanFolder(dataFolder, needles);
    const output = scanBytes("output", Buffer.from(relay.output()), needles);
    const memory = scanMemory(relay.pid, needles);
    relay.signal("SIGCONT");

    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["relay.db", "relay.db-wal"]),
    );
    const inFiles = files.flatMap(({ found }) => found);
    expect(namesOf(inFiles)).toEqual(["planted key", "planted text"]);
    expect(namesOf(output.found)).toEqual(["address"]);
    test.skip(memory.kind === "refused", memory.kind === "refused" ? memory.reason : "");
    if (memory.kind === "refused") return;
    expect(memory.bytes).toBeGreaterThan(32 * 2 ** 20);
    expect(namesOf(memory.found)).toEqual(["address", "planted key", "planted text"]);
    console.log(
      `blind relay: ${Math.round(memory.bytes / 2 ** 20)} MiB of memory in ${memory.regions} ` +
        `regions, ${files.length} files, ${needles.length} needles (seeds of keys included)`,
    );
  } finally {
    relay?.signal("SIGKILL");
    await relay?.ended;
    rmSync(folder, { recursive: true, force: true });
  }
});

/** "needle as form" to needle, each once. */
function namesOf(found: readonly string[]): readonly string[] {
  return [...new Set(found.map((one) => one.replace(/ as (UTF|raw|hex|base64).*$/, "")))].sort();
}

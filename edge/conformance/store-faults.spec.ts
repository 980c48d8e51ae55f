/** What a store may do to a relay: lose the end of its log, or trim it under a reader. */

import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { beginTalk, expectWhole, speak, untilLive } from "./judge-peers.ts";
import { check, ownPlace, ownServer } from "./line.ts";
import { orderlyEnd } from "./runtime.ts";
import { createRoom, freshId, joinFrame, joinRoom, openSocket } from "./room-client.ts";

const limits = { appendBurst: 10_000, appendsPerS: 10_000 };
const SAID_EACH = 8;

check("[TO20] a log torn at any byte loses nothing that a peer has", async () => {
  const { dataFolder, start } = ownPlace(limits);
  let server = await start();
  const talk = await beginTalk([server.port, server.port]);
  await untilLive(talk);
  const epochs = new Set<string>();
  const noteEpoch = async (): Promise<void> => {
    const reader = await joinRoom(server, talk.secret.room);
    epochs.add(reader.joined.epoch);
    reader.close();
  };
  // The middle of a page, nothing of it, and all but its end.
  for (const share of [0.45, 0, 0.9]) {
    await speak(talk, SAID_EACH);
    await expectWhole(talk, server.origin);
    await noteEpoch();
    await server.end("SIGKILL");
    const [log, bytes] = largestLog(dataFolder);
    expect(bytes).toBeGreaterThan(10_000);
    truncateSync(log, share === 0 ? 0 : Math.floor(bytes * share) + 7);
    server = await start();
    await expectWhole(talk, server.origin);
  }
  await noteEpoch();
  expect(epochs.size, "the relay lost something each time, and its clients saw it").toBe(4);
}, 180_000);

/** SQLite's log of what is not in its file yet: of all databases below, the largest. */
function largestLog(folder: string): readonly [path: string, bytes: number] {
  const logs = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("-wal"))
    .map((name) => [join(folder, name), statSync(join(folder, name)).size] as const);
  const largest = logs.toSorted(([, a], [, b]) => b - a)[0];
  if (largest === undefined) throw new Error(`No log lies in ${folder}`);
  return largest;
}

check(
  "[RL24] who reads where the log was trimmed is closed 4010, not led over a hole",
  async () => {
    const small = { ...limits, entriesMax: 20, windowEntriesMax: 4 };
    const server = await ownServer({ limits: small });
    const room = await createRoom();
    const writer = await joinRoom(server, room);
    const body = Buffer.from("said").toString("base64url");
    for (let n = 0; n < 10; n += 1) await writer.append(freshId(), body);
    // It takes one window, and says so only when the rest is gone.
    const reader = await openSocket(server, room.roomId, { acknowledges: false });
    reader.send(await joinFrame(server, reader, room));
    expect((await reader.next("entries")).entries.at(-1)?.seq).toBe(4);
    const checkpoint = async (covers: number): Promise<void> => {
      const id = freshId();
      const from = writer.received.length;
      writer.send({ t: "append", id, body, covers });
      await writer.find(
        (frame): frame is typeof frame => frame.t === "ok" && frame.id === id,
        from,
      );
    };
    await checkpoint(9);
    await checkpoint(10);
    for (let n = 0; n < 10; n += 1) await writer.append(freshId(), body);
    const late = await joinRoom(server, room);
    expect(late.joined.floor).toBeGreaterThan(5);
    reader.send({ t: "ack", seq: 4 });
    expect(await reader.closed).toBe(4010);
    expect(await server.end(orderlyEnd.signal)).toBe(orderlyEnd.code);
  },
);

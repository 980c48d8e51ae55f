/** Our own links on the real relay whose disk or process fails: they end with all that was said. */

import { cpSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { beginTalk, expectWhole, speak, untilLive } from "../judge-peers.ts";
import { ownPlace } from "../line.ts";
import { createRoom, freshId, joinRoom } from "../room-client.ts";

const limits = { appendBurst: 10_000, appendsPerS: 10_000 };
const SAID_EACH = 8;

test("[TO20] a disk that takes no more bytes refuses; what was acknowledged stays", async () => {
  const { start } = ownPlace(limits);
  // Of a file, in blocks of 512 bytes: the one full disk that needs no rights.
  const wrapper = ["sh", "-c", `trap '' XFSZ; ulimit -f 1000; exec "$0" "$@"`];
  let server = await start({ wrapper });
  const talk = await beginTalk([server.port, server.port]);
  await untilLive(talk);
  await speak(talk, SAID_EACH);
  await expectWhole(talk, server.origin);
  const room = await createRoom();
  const writer = await joinRoom(server, room);
  const kept = new Map<string, number>();
  const body = "b".repeat(4_000);
  for (;;) {
    const id = freshId();
    const answer = await writer.append(id, body);
    if (answer.t === "ok") kept.set(id, answer.seq);
    else {
      expect(answer).toMatchObject({ code: "storage-failed", retry: true });
      break;
    }
  }
  expect(kept.size).toBeGreaterThan(3);
  // It is read while it is full.
  await speak(talk, SAID_EACH);
  const reader = await joinRoom(server, room);
  expect(entriesOf(reader)).toMatchObject([...kept].map(([id, seq]) => ({ id, seq })));
  await server.end("SIGKILL");
  server = await start();
  await expectWhole(talk, server.origin);
  const again = await joinRoom(server, room);
  expect(entriesOf(again).slice(0, kept.size)).toMatchObject(
    [...kept].map(([id, seq]) => ({ id, seq })),
  );
}, 180_000);

test("[TO20] an old copy of the data gets from its peers what came later", async () => {
  const { dataFolder, start } = ownPlace(limits);
  let server = await start();
  const talk = await beginTalk([server.port, server.port]);
  await untilLive(talk);
  await speak(talk, SAID_EACH);
  await expectWhole(talk, server.origin);
  expect(await server.end("SIGTERM")).toBe(0);
  cpSync(dataFolder, `${dataFolder}.old`, { recursive: true });
  server = await start();
  await speak(talk, SAID_EACH);
  await expectWhole(talk, server.origin);
  await server.end("SIGKILL");
  rmSync(dataFolder, { recursive: true });
  cpSync(`${dataFolder}.old`, dataFolder, { recursive: true });
  server = await start();
  await speak(talk, 1);
  await expectWhole(talk, server.origin);
}, 180_000);

test(
  "[TO20] a process that stands still for longer than a link waits is gone, and comes back",
  async () => {
    const { start } = ownPlace(limits);
    const server = await start();
    const talk = await beginTalk([server.port, server.port]);
    await untilLive(talk);
    await speak(talk, SAID_EACH);
    void server.end("SIGSTOP"); // Ends with the test.
    await speak(talk, SAID_EACH);
    for (const peer of talk.peers) peer.retryNow();
    await expect.poll(() => talk.peers.map((peer) => peer.status().link.phase), { timeout: 60_000 })
      .not.toContain("live");
    void server.end("SIGCONT");
    await expectWhole(talk, server.origin);
  },
  180_000,
);

function entriesOf({ received }: Awaited<ReturnType<typeof joinRoom>>) {
  return received.flatMap((found) => found.t === "entries" ? found.entries : [])
    .filter(({ from }) => from !== "relay");
}

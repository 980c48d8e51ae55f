/** What only the relay on Cloudflare does, seen in the real workerd. */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ownServer, raw } from "../line.ts";
import { frame, opcodes } from "../raw-socket.ts";
import { socketPath } from "../runtime.ts";
import { createDevice, createRoom, type FrameOf, freshId, joinRoom } from "../room-client.ts";

type Entries = FrameOf<"entries">;

const bodyOf = (text: string): string => Buffer.from(text).toString("base64url");
const timesWoken = (output: string): number => output.split('"room-woken"').length - 1;

describe("an object that is put to sleep", () => {
  test("[RL82] [RL86] its members stay, hear who left and go on where they stood", async () => {
    const server = await ownServer({ settings: { CONCLAVE_LOG: "info" } });
    const room = await createRoom();
    const bobs = await createDevice();
    const ada = await joinRoom(server, room);
    const bob = await joinRoom(server, room, { device: bobs });
    expect(await bob.append(freshId(), bodyOf("here"))).toMatchObject({ t: "ok", seq: 1 });
    expect(await ada.append(freshId(), bodyOf("before"))).toMatchObject({ t: "ok", seq: 2 });
    expect(timesWoken(server.output())).toBe(1);
    bob.terminate();
    // Ten idle seconds end the object; five later the alarm makes another, for the `left`.
    const isLeft = ({ from }: { from: string }): boolean => from === "relay";
    const { entries } = await ada.find(
      (found): found is Entries => found.t === "entries" && found.entries.some(isLeft),
      0,
    );
    expect(entries.find(isLeft)).toMatchObject({
      seq: 3,
      body: JSON.stringify({ kind: "left", device: bobs.id }),
    });
    expect(server.output()).toMatch(/"room-woken","sockets":1\}/);
    expect(timesWoken(server.output())).toBe(2);

    expect(await ada.append(freshId(), bodyOf("after"))).toMatchObject({ t: "ok", seq: 4 });
    const again = await joinRoom(server, room, { device: bobs });
    expect(again.joined.members).toHaveLength(2);
    expect(await again.append(freshId(), bodyOf("back"))).toMatchObject({ t: "ok", seq: 5 });
    await ada.find(
      (found): found is Entries => found.t === "entries" && found.entries.at(-1)?.seq === 5,
      0,
    );
    const seqs = ada.received.flatMap((found) =>
      found.t === "entries" ? found.entries.map(({ seq }) => seq) : []
    );
    expect(seqs).toEqual([1, 2, 3, 4, 5]);
  }, 90_000);
});

describe("a socket", () => {
  test("[RL91] is answered its pings by the platform: they count for no budget", async () => {
    const server = await ownServer();
    const socket = await raw(server);
    expect((await socket.next())?.payload.toString()).toContain('"hello"');
    for (let sent = 0; sent < 10; sent += 1) {
      await socket.write(frame({ opcode: opcodes.text, payload: "ping" }));
      expect((await socket.next())?.payload.toString()).toBe("pong");
    }
  });

  test("[RL92] of a stranger makes its object store nothing", async () => {
    const server = await ownServer({ limits: { joinMsMax: 200 } });
    const socket = await raw(server);
    expect(await socket.closeCode()).toBe(4502);
    expect(storedPages(server.dataFolder)).toBe(1);
    await joinRoom(server, await createRoom());
    expect(storedPages(server.dataFolder)).toBeGreaterThan(2);
  });

  test("[RL93] is refused 400 when its address names no room", async () => {
    const refused = await raw(await ownServer(), { path: "/relay" });
    expect(refused.status).toBe(400);
    expect(refused.body).toContain("/relay?room=");
  });

  test("[RL80] joins no other room than the one its address names", async () => {
    const server = await ownServer();
    const [named, other] = [await createRoom(), await createRoom()];
    await joinRoom(server, other);
    const refused = joinRoom(server, other, { address: named.roomId });
    await expect(refused).rejects.toThrow("4501");
  });
});

describe("settings", () => {
  test.each([
    ["CONCLAVE_RELAY_SECRET", "c2hvcnQ"],
    ["CONCLAVE_ORIGINS", ""],
    ["CONCLAVE_RELAY_LIMITS", "{"],
  ])("[RL90] a relay with a bad %s takes no socket and says why", async (name, value) => {
    const server = await ownServer({ settings: { [name]: value } });
    const refused = await raw(server, { path: socketPath() });
    expect([refused.status, refused.body]).toEqual([503, expect.stringContaining(name)]);
    const health = await fetch(`${server.origin}/healthz`);
    expect([health.status, await health.text()]).toEqual([503, expect.stringContaining(name)]);
  });
});

/** Of the objects' databases and their logs; one without a table has one. */
function storedPages(folder: string): number {
  const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(({ name }) => /^[0-9a-f]{64}\.sqlite(-wal)?$/.test(name))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return bytes.reduce((sum, size) => sum + size, 0) / 4_096;
}

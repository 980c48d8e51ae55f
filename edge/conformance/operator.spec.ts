/** What an operator asks of the real process: figures, readiness, a backup and its return. */

import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { RoomKeys } from "#shared/crypto/mod.ts";
import { packageCommand, ROOT, runProgram } from "../launch/processes.mjs";
import { check } from "./line.ts";
import { makeFolder, type RelayServer, startRelayServer } from "./relay-server.ts";
import { createDevice, createRoom, freshId, joinRoom } from "./room-client.ts";

async function start(dataFolder: string) {
  const settings = { CONCLAVE_OPERATOR: "127.0.0.1:0" };
  const server = await startRelayServer({ settings, dataFolder });
  onTestFinished(async () => {
    await server.end("SIGKILL");
  });
  const address = /operator is served at (\S+)\//.exec(server.output())?.[1] ?? "";
  const ask = (path: string, options: RequestInit = {}) => fetch(`${address}${path}`, options);
  return { server, address, ask };
}

function setup() {
  const folder = makeFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (name: string): string => join(folder, name);
}

/** Runs a tool of `npm run`, with no settings but these. */
async function runTool(name: string, words: readonly string[], env: Record<string, string>) {
  const script = join(ROOT, "edge/launch", name);
  const [command] = packageCommand("", []);
  return await runProgram(command, [script, ...words], { env, output: "capture" });
}

async function readIds(server: RelayServer, room: RoomKeys): Promise<readonly string[]> {
  const socket = await joinRoom(server, room);
  const ids = socket.received.flatMap((frame) =>
    frame.t === "entries" ? frame.entries.flatMap((one) => one.from === "relay" ? [] : one.id) : []
  );
  socket.close();
  return ids;
}

check("[RL102] [RL103] figures count what happened and name nobody", async () => {
  const at = setup();
  const { server, ask } = await start(at("data"));
  expect(await (await ask("/readyz")).text()).toBe("ready\n");
  const [room, device] = [await createRoom(), await createDevice()];
  const socket = await joinRoom(server, room, { device });
  const id = freshId();
  expect(await socket.append(id, "aGVyb24")).toMatchObject({ t: "ok" });
  expect(await socket.append(id, "b3RoZXI")).toMatchObject({ t: "no", code: "conflict" });
  const text = await (await ask("/metrics")).text();
  for (
    const line of [
      "conclave_relay_sockets 1",
      "conclave_relay_rooms 1",
      "conclave_relay_appended_total 1",
      'conclave_relay_refusals_total{code="conflict"} 1',
      "conclave_relay_commit_seconds_count 1",
    ]
  ) expect(text).toContain(`${line}\n`);
  for (const secret of [room.roomId, device.id, id, "aGVyb24", "127.0.0.1"]) {
    expect(text).not.toContain(secret);
  }
  // The page's own address tells nothing of it.
  expect((await fetch(`${server.origin}/metrics`)).status).toBe(404);
});

check("[RL100] [RL101] a backup of a working relay comes back under new epochs", async () => {
  const at = setup();
  const { server, address, ask } = await start(at("data"));
  const room = await createRoom();
  const socket = await joinRoom(server, room);
  const ids = Array.from({ length: 5 }, freshId);
  for (const id of ids) await socket.append(id, "aGVyb24");
  const place = new URL(address).host;
  const made = await runTool("backup.mjs", [], { CONCLAVE_OPERATOR: place });
  expect(made.output).toMatch(/relay-\d{8}T\d{6}Z\.db: 1 rooms, 5 entries/);
  expect((await ask("/backups", { method: "POST" })).status, "without its header").toBe(403);
  const backup = made.output.split(": ")[0] ?? "";
  expect(statSync(backup).mode & 0o077, "readable by its user alone").toBe(0);
  const later = freshId();
  await socket.append(later, "aGVyb24");
  const { epoch } = socket.joined;
  socket.close();

  // The log is not overwritten, nor while the server runs.
  const refused = await runTool("restore.mjs", [backup], { CONCLAVE_DATA: at("data") });
  expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("is there already")]);
  mkdirSync(at("moved"));
  copyFileSync(backup, at("moved/copy.db"));
  expect(await server.end("SIGTERM")).toBe(0);

  const env = { CONCLAVE_DATA: at("restored") };
  const restored = await runTool("restore.mjs", [at("moved/copy.db")], env);
  expect([restored.code, restored.output]).toEqual([
    0,
    expect.stringContaining("Restored 1 rooms with 5 entries"),
  ]);
  const again = await start(at("restored"));
  expect(await readIds(again.server, room)).toEqual(ids);
  const back = await joinRoom(again.server, room);
  expect(back.joined.epoch).not.toBe(epoch);
  expect(await back.append(later, "aGVyb24"), "what came after is offered again").toMatchObject({
    t: "ok",
    dup: false,
  });
  back.close();
});

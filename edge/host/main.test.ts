/** The command itself, as `npm run host` runs it, with a real endpoint in another process. */

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { RoomState } from "#shared/room/mod.ts";
import { startRelayServer } from "../conformance/relay-server.ts";
import { isThere, makeServerBinary } from "./engines/testing/server-binary.contract.ts";
import { killServers, startServer } from "./engines/testing/server-process.contract.ts";
import { makeHostFolder, startHost, tokenOf } from "./testing/host-child.contract.ts";
import { makeRoom } from "./testing/room-guest.contract.ts";

const SCRIPT = "edge/launch/host.mjs";
const KEY = "sk-of-the-test-and-nobody-else";

afterAll(killServers);

async function setup(engine?: object) {
  const [relay, server] = await Promise.all([
    startRelayServer(),
    startServer({ key: KEY, contextTokens: 4_096 }),
  ]);
  onTestFinished(async () => void await relay.end("SIGTERM"));
  const guest = await makeRoom(relay.origin);
  onTestFinished(() => guest.close());
  const folder = makeHostFolder({
    device: { name: "Cellar" },
    rooms: [{ name: "attic", link: guest.link }],
    personas: [{ key: "ada", card: { name: "Ada", gist: "a gardener" } }],
    http: { port: 0 },
    engine: engine ?? {
      ...{ kind: "openai", url: server.baseUrl, keyEnv: "HOST_TEST_KEY", model: "letters" },
      ...{ contextTokens: 4_096, replyTokensMax: 32 },
    },
  });
  return { guest, folder, server };
}

test(
  "[HO100] [HO101] the command hosts over an endpoint, tells no key, and leaves no process",
  async () => {
    const { guest, folder, server } = await setup();
    const env = { HOST_TEST_KEY: KEY };
    const host = startHost(SCRIPT, [folder.path], env);
    await guest.until((state) => [...state.personas.values()].some((one) => one.assignment));
    await guest.say("Hello");
    const state = await guest.until((now) =>
      [...now.turns.values()].some(({ entries }) => entries.some((one) => one.settled))
    );
    const settled = [...state.turns.values()].flatMap(({ entries }) => entries)[0]?.settled;
    expect(settled).toMatchObject({ outcome: { kind: "replied" } });
    expect((await server.stats()).done).toBeGreaterThan(0);
    // Its output is held open by every process that it started: all have ended.
    expect(await host.end("SIGTERM")).toBe(0);
    expect(host.lines.at(-1)).toMatchObject({ event: "stopped", inputs: 0 });
    expect(JSON.stringify(host.lines)).not.toContain(KEY);

    const orphan = startHost(SCRIPT, [folder.path], env);
    await orphan.line({ event: "link", phase: "live" });
    expect(await orphan.end("SIGKILL"), "its launcher is killed").toBeNull();
    expect(orphan.lines.at(-1)).toMatchObject({ event: "stopped" });
  },
  60_000,
);

test(
  "[HO160] [HO161] an invite link alone gives the room a persona that answers, the same each time",
  async () => {
    const relay = await startRelayServer();
    onTestFinished(async () => void await relay.end("SIGTERM"));
    const guest = await makeRoom(relay.origin);
    onTestFinished(() => guest.close());
    const data = mkdtempSync(join(tmpdir(), "conclave-invite-"));
    onTestFinished(() => rmSync(data, { recursive: true, force: true }));
    const start = () => startHost(SCRIPT, ["--invite", guest.link], { CONCLAVE_DATA: data });
    const host = start();
    const isHosted = (state: RoomState) =>
      [...state.personas.values()].some(({ assignment }) => assignment !== undefined);
    await guest.until(isHosted);
    await guest.say("Hello, what do you like?");
    const outcomes = (state: RoomState) =>
      [...state.turns.values()].flatMap(({ entries }) =>
        entries.map((one) => one.settled?.outcome)
      );
    const first = await guest.until((state) => outcomes(state)[0] !== undefined);
    expect(outcomes(first)).toMatchObject([{ kind: "replied", text: expect.stringMatching(/\w/) }]);
    expect(await host.end("SIGTERM")).toBe(0);

    await guest.until((state) => !isHosted(state));
    const again = start();
    await guest.until(isHosted);
    await guest.say("And the rain?");
    const second = await guest.until((state) => outcomes(state).filter(Boolean).length === 2);
    expect(outcomes(second)[1]).toMatchObject({ kind: "replied" });
    expect([...second.personas.values()].map(({ card }) => card.name)).toEqual(["Ada"]);
    expect(await again.end("SIGTERM")).toBe(0);
    expect(JSON.stringify([host.lines, again.lines])).not.toContain(guest.link.split("#")[1]);
    const [folder = ""] = readdirSync(join(data, "hosts"));
    const modeOf = (name: string) => statSync(join(data, "hosts", folder, name)).mode & 0o777;
    expect([modeOf("room.link"), modeOf("host.json")]).toEqual([0o600, 0o600]);
  },
  60_000,
);

test(
  "[HO162] an endpoint that is away is waited for in sight; a refused key is asked once",
  async () => {
    const { guest, folder, server } = await setup();
    server.kill();
    await server.ended;
    const host = startHost(SCRIPT, [folder.path], { HOST_TEST_KEY: KEY });
    await host.line({ event: "engine", problem: "host-unreachable" });
    const { httpPort } = await host.line({ event: "hosting" });
    const health = await fetch(`http://127.0.0.1:${String(httpPort)}/health`, {
      headers: { authorization: `Bearer ${tokenOf(folder.data)}` },
    });
    const { engine } = await health.json() as { readonly engine: { readonly downSince?: string } };
    expect(Date.parse(engine.downSince ?? "")).toBeLessThanOrEqual(Date.now());
    const port = Number(new URL(server.baseUrl).port);
    const back = await startServer({ key: KEY, contextTokens: 4_096, port });
    await host.line({ event: "supervision", phase: "ready" });
    await guest.say("Hello");
    await guest.until((now) =>
      [...now.turns.values()].some(({ entries }) =>
        entries.some((one) => one.settled?.outcome.kind === "replied")
      )
    );
    expect(await host.end("SIGTERM")).toBe(0);

    const refused = startHost(SCRIPT, [folder.path], { HOST_TEST_KEY: "sk-another" });
    await refused.line({ event: "supervision", phase: "failed" });
    await refused.line({ event: "engine", problem: "access-denied" });
    expect((await back.stats()).keysRefused).toBe(1);
    expect(await refused.end("SIGTERM")).toBe(0);
    const told = JSON.stringify([host.lines, refused.lines]);
    for (const key of [KEY, "sk-another"]) expect(told).not.toContain(key);
  },
  60_000,
);

test(
  "[HO101] an engine whose settings cannot be used is refused by name, before a room",
  async () => {
    const { folder } = await setup();
    const host = startHost(SCRIPT, [folder.path, "--check"]);
    expect(await host.ended).toBe(69);
    expect(host.lines).toMatchObject([
      { event: "engine-unusable", kind: "key-missing", variable: "HOST_TEST_KEY" },
    ]);
    const words = startHost(SCRIPT, ["--chekc", folder.path]);
    expect(await words.ended).toBe(64);
  },
  30_000,
);

test(
  "[HO101] [SV20] a llama-server is started, killed, started again, and ends with the host",
  async () => {
    const binary = makeServerBinary();
    onTestFinished(() => binary.remove());
    const engine = {
      ...{ kind: "llama-server", binary: binary.config.binaryPath, model: "letters" },
      ...{ modelFile: binary.config.modelPath, contextTokens: 4_096, replyTokensMax: 32 },
    };
    const { guest, folder } = await setup(engine);
    const host = startHost(SCRIPT, [folder.path]);
    const { pid } = await host.line({ event: "process-started", generation: 1 });
    await guest.until((state) => [...state.personas.values()].some((one) => one.assignment));
    process.kill(Number(pid), "SIGKILL");
    await guest.say("Hello");
    const settled = (state: RoomState) =>
      [...state.turns.values()].flatMap(({ entries }) =>
        entries.map((one) => one.settled?.outcome)
      );
    const state = await guest.until((now) => settled(now)[0] !== undefined);
    expect(settled(state)).toMatchObject([{ kind: "replied" }]);
    const second = await host.line({ event: "process-started", generation: 2 });
    expect(await host.end("SIGTERM")).toBe(0);
    expect(isThere(Number(second["pid"]))).toBe(false);
    writeFileSync(binary.config.modelPath ?? "", "no model");
    const refused = startHost(SCRIPT, [folder.path, "--check"]);
    expect(await refused.ended).toBe(69);
    expect(refused.lines).toMatchObject([{ event: "engine-unusable", kind: "model-not-gguf" }]);
  },
  60_000,
);

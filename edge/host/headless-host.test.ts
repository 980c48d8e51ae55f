/** A relay process, a host process and a guest in this one, all real; the engine is scripted. */

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import type { RoomState } from "#shared/room/mod.ts";
import type { NumberedEvent, SessionSnapshot } from "#shared/session/mod.ts";
import { startRelayServer } from "../conformance/relay-server.ts";
import { SESSION_PROTOCOL } from "./session-upgrade.ts";
import { makeHostFolder, startHost, tokenOf } from "./testing/host-child.contract.ts";
import { makeRoom } from "./testing/room-guest.contract.ts";

const SCRIPT = "edge/host/testing/scripted-host.contract.ts";
const card = { name: "Ada", gist: "a gardener" };
const engine = { kind: "openai", url: "http://127.0.0.1:1/v1", model: "m", contextTokens: 4096 };

async function setup(change: object = {}) {
  const relay = await startRelayServer();
  onTestFinished(async () => void await relay.end("SIGTERM"));
  const guest = await makeRoom(relay.origin);
  onTestFinished(() => guest.close());
  const folder = makeHostFolder({
    device: { name: "Cellar" },
    rooms: [{ name: "attic", link: guest.link }],
    personas: [{ key: "ada", card }],
    http: { port: 0 },
    sessions: { port: 0 },
    engine,
    ...change,
  });
  return { relay, guest, folder };
}

const personasOf = (state: RoomState) => [...state.personas.values()];
const isHosted = (state: RoomState): boolean =>
  personasOf(state).some(({ assignment }) => assignment !== undefined);
/** Settlements of every persona's entry in every turn. */
const outcomes = (state: RoomState) =>
  [...state.turns.values()].flatMap(({ entries }) =>
    entries.map(({ settled }) => settled?.outcome)
  );

test(
  "[HO93] [HO94] [HO95] [HO100] a host joins by a link, answers, comes back as itself, and ends",
  async () => {
    const { guest, folder } = await setup();
    const host = startHost(SCRIPT, [folder.path]);
    await guest.until(isHosted);
    await guest.say("Hello");
    const answered = await guest.until((state) => outcomes(state)[0] !== undefined);
    expect(outcomes(answered)).toMatchObject([{ kind: "replied" }]);
    expect(await host.end("SIGTERM")).toBe(0);
    expect(host.lines.at(-1)).toMatchObject({ event: "stopped", inputs: 0 });
    const boots = host.lines.filter(({ event }) => event === "boot");
    expect(boots, "[HO142]").toMatchObject([{ hosted: 1, failed: [], skipped: [] }]);
    const ends = host.lines.find(({ event }) => event === "shut-down")?.["parts"];
    const order = ["services", "rooms", "ledger", "sessions", "engine"];
    const ended = order.map((part) => ({ part, isLate: false, ignored: [] }));
    expect(ends, "[HO135]").toMatchObject(ended);
    expect(() => process.kill(host.pid, 0)).toThrow("ESRCH");
    const text = JSON.stringify(host.lines);
    for (
      const secret of ["word1", "Hello", "gardener", guest.link.slice(-40), tokenOf(folder.data)]
    ) {
      expect(text).not.toContain(secret);
    }
    const again = startHost(SCRIPT, [folder.path]);
    const { httpPort } = await again.line({ event: "hosting" });
    await again.line({ event: "link", phase: "live" });
    // Its relay told the room that it left: it claims its persona anew.
    await guest.until(isHosted);
    await guest.say("Again");
    const both = await guest.until((state) =>
      outcomes(state).every((one) => one) &&
      outcomes(state).length === 2
    );
    expect(both.devices.size, "guest and one host").toBe(2);
    expect(personasOf(both)).toHaveLength(1);
    const token = tokenOf(folder.data);
    const health = await fetch(`http://127.0.0.1:${httpPort}/health`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const serving = { state: "here", service: { phase: "serving" } };
    expect(await health.json()).toMatchObject({
      isReady: true,
      engine: { phase: "ready", restarts: 0 },
      rooms: [{ name: "attic", link: "live", personas: [{ key: "ada", ...serving }] }],
    });
    expect(await again.end("SIGINT")).toBe(0);
  },
  60_000,
);

test(
  "[HO94] [HO163] [HO164] the room follows the configuration's personas, each change once",
  async () => {
    const { guest, folder } = await setup();
    const anyway = () => true;
    /** Runs a host with these personas until the room is so; its lines about personas. */
    const hostWith = async (
      personas: readonly object[],
      isSo: (state: RoomState) => boolean,
      event?: string,
    ) => {
      const config = JSON.parse(readFileSync(folder.path, "utf8")) as object;
      writeFileSync(folder.path, JSON.stringify({ ...config, personas }));
      const host = startHost(SCRIPT, [folder.path]);
      const { httpPort } = await host.line({ event: "hosting" });
      await host.line({ event: "link", phase: "live" });
      const state = await guest.until(isSo);
      if (event !== undefined) await host.line({ event });
      const ready = `http://127.0.0.1:${String(httpPort)}/health/ready`;
      while (!(await fetch(ready)).ok);
      expect(await host.end("SIGTERM")).toBe(0);
      const events = host.lines.map(({ event }) => String(event));
      return { state, events: events.filter((one) => /^(persona|card)-/.test(one)) };
    };
    const named = (name: string) => (state: RoomState) =>
      personasOf(state).some((one) => one.card.name === name && !one.removed);
    const file = join(dirname(folder.path), "ada.json");
    writeFileSync(file, JSON.stringify({ name: "Eva", description: "", first_mes: "Hi" }));

    const first = await hostWith([{ key: "ada", card }], named("Ada"), "persona-put");
    expect(first.events).toEqual(["persona-put"]);
    const eva = [{ key: "ada", cardFile: "ada.json" }];
    const second = await hostWith(eva, named("Eva"), "persona-put");
    expect(second.events).toEqual(["card-left-out", "persona-put"]);
    expect((await hostWith(eva, anyway)).events, "the same again").toEqual(["card-left-out"]);
    const unnamed = await hostWith([], anyway, "persona-not-configured");
    expect(unnamed.events).toEqual(["persona-not-configured"]);
    expect(named("Eva")(unnamed.state)).toBe(true);
    const gone = await hostWith([{ key: "ada", remove: true }], (state) => !named("Eva")(state));
    expect(gone.events).toEqual(["persona-removed"]);
    expect(personasOf(gone.state), "one persona all the while").toHaveLength(1);
  },
  60_000,
);

test(
  "[HO15] [HO93] a host killed in the middle of a turn answers it once when it is back",
  async () => {
    const { guest, folder } = await setup();
    const host = startHost(SCRIPT, [folder.path]);
    await guest.until(isHosted);
    for (let round = 1; round <= 3; round += 1) {
      const running = round === 1 ? host : startHost(SCRIPT, [folder.path]);
      await guest.until(isHosted);
      const spoken = guest.hear();
      await guest.say(`Question ${round}`);
      await spoken; // Some of its words have been heard.
      expect(await running.end("SIGKILL")).toBeNull();
      expect(outcomes(guest.state()).at(-1), "not settled yet").toBeUndefined();
      const back = startHost(SCRIPT, [folder.path]);
      const state = await guest.until((now) =>
        outcomes(now).length === round && outcomes(now).every((one) => one !== undefined)
      );
      expect(outcomes(state).at(-1)).toMatchObject({ kind: "replied" });
      const replies = state.messages.filter((one) => one.kind === "persona");
      expect(replies, "one answer for each question").toHaveLength(round);
      expect(await back.end("SIGTERM")).toBe(0);
      expect(back.lines.at(-1)).toMatchObject({ event: "stopped", inputs: 0 });
      await guest.until((now) => !isHosted(now));
    }
  },
  90_000,
);

test("[HO96] [HO97] [HO98] an event is durable when it is accepted, and comes once", async () => {
  const { guest, folder } = await setup();
  const host = startHost(SCRIPT, [folder.path]);
  const { httpPort } = await host.line({ event: "hosting" });
  await guest.until(isHosted);
  await host.line({ event: "link", phase: "live" });
  const token = tokenOf(folder.data);
  const post = async (port: unknown, body: unknown, headers: object = {}) => {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return [answer.status, await answer.json()] as const;
  };
  const event = { room: "attic", persona: "ada", text: "The door rang", autoRun: false, id: "e1" };
  expect(await post(httpPort, event, { authorization: "Bearer no" }))
    .toEqual([401, { error: "token-wrong" }]);
  expect(await post(httpPort, event, { origin: "https://page.example" }))
    .toEqual([403, { error: "origin-foreign" }]);
  for (const field of ["room", "persona", "text", "id", "autoRun"] as const) {
    expect(await post(httpPort, { ...event, [field]: 7 }))
      .toEqual([400, { error: "event-invalid", field }]);
  }
  expect(await post(httpPort, "{")).toEqual([400, { error: "event-invalid", field: "body" }]);
  expect(await post(httpPort, { ...event, extra: 1 }))
    .toEqual([400, { error: "event-invalid", field: "extra" }]);
  expect(await post(httpPort, { ...event, room: "cellar" })).toEqual([404, {
    error: "room-unknown",
  }]);
  expect(await post(httpPort, { ...event, persona: "bo" })).toEqual([404, {
    error: "persona-unknown",
  }]);
  expect(await post(httpPort, " ".repeat(300 * 1024))).toEqual([413, { error: "body-too-large" }]);
  expect(await post(httpPort, event)).toEqual([202, { accepted: "e1" }]);
  expect(await post(httpPort, event)).toEqual([202, { accepted: "e1" }]);
  expect(await host.end("SIGKILL")).toBeNull();

  const again = startHost(SCRIPT, [folder.path]);
  const opened = await again.line({ event: "hosting" });
  await again.line({ event: "link", phase: "live" });
  await guest.until(isHosted);
  expect(await post(opened["httpPort"], event)).toEqual([202, { accepted: "e1" }]);
  const session = personasOf(guest.state())[0]?.id ?? "";
  const snapshot = await attach(opened["sessionsPort"], token, guest.roomId, session);
  const notes = snapshot.entries.map(({ body }) => body).filter(({ kind }) => kind === "note");
  expect(notes).toMatchObject([{ from: "webhook", text: event.text, correlationId: "e1" }]);
  const rest = Array.from({ length: 30 }, (_, n) => ({ ...event, id: `more${n}` }));
  const statuses = await Promise.all(
    rest.map(async (one) => (await post(opened["httpPort"], one))[0]),
  );
  expect(statuses.filter((status) => status === 429).length, "over the rate").toBeGreaterThan(5);
  expect(await again.end("SIGTERM")).toBe(0);
}, 60_000);

/** What the session socket tells first that has an entry. */
async function attach(port: unknown, token: string, roomId: string, session: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/sessions`, SESSION_PROTOCOL, {
    headers: { authorization: `Bearer ${token}` },
  });
  try {
    return await new Promise<SessionSnapshot>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => socket.send(JSON.stringify({ attach: { roomId, session } })));
      socket.on("message", (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as {
          snapshot?: SessionSnapshot;
          event?: NumberedEvent;
        };
        const event = frame.event?.event;
        const snapshot = event?.kind === "resync" ? event.snapshot : frame.snapshot;
        if (snapshot !== undefined && snapshot.entries.length > 0) resolve(snapshot);
      });
    });
  } finally {
    socket.close();
  }
}

test(
  "[HO99] what cannot be used ends the start by name and code, --check also what can",
  async () => {
    const folder = makeHostFolder({
      device: { name: "Cellar" },
      rooms: [{ name: "attic", link: "https://rooms.example/#w=1.secret" }],
      personas: [{ key: "ada", cardFile: "missing.json" }],
      engine,
    });
    const refused = startHost(SCRIPT, [folder.path]);
    expect(await refused.ended).toBe(78);
    expect(refused.lines).toMatchObject([
      { event: "config", kind: "link-invalid", at: "rooms.0" },
      { event: "config", kind: "config-unreadable", at: "personas.0.cardFile" },
    ]);
    expect(JSON.stringify(refused.lines)).not.toContain("w=1");
    const { folder: right } = await setup();
    const checked = startHost(SCRIPT, [right.path, "--check"]);
    expect(await checked.ended).toBe(0);
    expect(checked.lines).toMatchObject([{ event: "checked", rooms: 1, personas: 1 }]);
    expect(existsSync(right.data), "nothing was made").toBe(false);
  },
  30_000,
);

test("[HO92] a key file that is missing beside its database is not replaced", async () => {
  const { folder } = await setup();
  const host = startHost(SCRIPT, [folder.path]);
  await host.line({ event: "hosting" });
  const second = startHost(SCRIPT, [folder.path]);
  expect(await second.ended, "one process has the data").toBe(73);
  expect(second.lines).toMatchObject([
    { kind: "database-unusable", failure: { kind: "in-use" } },
  ]);
  expect(await host.end("SIGTERM")).toBe(0);
  for (const name of ["rooms.key", "rooms.db", "peer.db", "host.token"]) {
    expect(statSync(join(folder.data, name)).mode & 0o077, name).toBe(0);
  }
  rmSync(join(folder.data, "rooms.key"));
  const keyless = startHost(SCRIPT, [folder.path]);
  expect(await keyless.ended).toBe(73);
  expect(keyless.lines).toMatchObject([{ event: "data-unusable", kind: "key-missing" }]);
  expect(existsSync(join(folder.data, "rooms.key"))).toBe(false);
}, 30_000);

test("[HO100] what does not end in time is cut off, and said so by code and line", async () => {
  const { guest, folder } = await setup({
    engine: { ...engine, model: "stubborn" },
    limits: { stopMs: 300 },
  });
  const host = startHost(SCRIPT, [folder.path]);
  await guest.until(isHosted);
  expect(await host.end("SIGTERM")).toBe(75);
  expect(host.lines.at(-1)).toMatchObject({ event: "stop-late", stopMs: 300 });
}, 30_000);

test(
  "[HO98] the door opens under a loopback name, and tells rooms to who has the token",
  async () => {
    const { folder } = await setup();
    const host = startHost(SCRIPT, [folder.path]);
    const { httpPort: port } = await host.line({ event: "hosting" });
    const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: "127.0.0.1", port: Number(port), path, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).on("error", reject).end();
      });
    expect(await get("/health/live")).toBe(200);
    expect(await get("/health/live", { host: "rooms.example" })).toBe(403);
    expect(await get("/health/live", { origin: "http://127.0.0.1" })).toBe(403);
    await host.line({ event: "link", phase: "live" });
    await host.line({ event: "supervision", phase: "ready" });
    expect(await get("/health/ready")).toBe(200);
    expect(await get("/health")).toBe(401);
    expect(await get(`/health?token=${tokenOf(folder.data)}`)).toBe(404);
    expect(await get("/health", { authorization: `Bearer ${tokenOf(folder.data)}` })).toBe(200);
    expect(await get("/")).toBe(404);
    expect(await host.end("SIGTERM")).toBe(0);
  },
  30_000,
);

test(
  "[HO186] a host follows a room that moved as itself, hosts there, and comes back there",
  async () => {
    const { guest, folder } = await setup();
    const host = startHost(SCRIPT, [folder.path]);
    const before = await guest.until(isHosted);
    const there = await guest.move([]);
    onTestFinished(() => there.close());
    await host.line({ event: "room-followed" });
    const hosted = await there.until(isHosted);
    expect(personasOf(hosted).map(({ id, owner }) => [id, owner]))
      .toEqual(personasOf(before).map(({ id, owner }) => [id, owner]));
    await there.say("Hello over here");
    await there.until((state) => outcomes(state)[0] !== undefined);
    expect(await host.end("SIGTERM")).toBe(0);

    const again = startHost(SCRIPT, [folder.path]);
    await there.until((state) => !isHosted(state));
    await there.until(isHosted);
    await there.say("And again");
    const both = await there.until((state) =>
      outcomes(state).length === 2 && outcomes(state).every((one) => one)
    );
    expect(outcomes(both)).toMatchObject([{ kind: "replied" }, { kind: "replied" }]);
    expect([both.devices.size, personasOf(both).length]).toEqual([2, 1]);
    expect(await again.end("SIGTERM")).toBe(0);
  },
  60_000,
);

test("[HO186] [HO185] a host that is left out says so, and hosts there no more", async () => {
  const { guest, folder } = await setup();
  const host = startHost(SCRIPT, [folder.path]);
  const before = await guest.until(isHosted);
  const [cellar] = personasOf(before).map(({ owner }) => owner);
  const there = await guest.move([cellar ?? ""]);
  onTestFinished(() => there.close());
  await host.line({ event: "room-moved-away", reason: "left-out" });
  await guest.until((state) => !isHosted(state));
  expect(await host.end("SIGTERM")).toBe(0);
  expect(host.lines.filter(({ event }) => event === "room-moved-away")).toHaveLength(1);
}, 60_000);

/**
 * Journey 11: who runs Conclave for others. One command brings it up; health, figures and limits
 * are there; a second server on the same Redis carries on when the first is killed; the Worker for
 * Cloudflare, in workerd, carries rooms of a page that came from elsewhere.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../../edge/conformance/workerd-process.ts";
import { bundleWorker } from "../../edge/launch/worker-bundle.mjs";
import { findRedis, startRedis } from "../../edge/stores/redis-server.contract.ts";
import { expect, test } from "../support/fixtures.ts";
import { say } from "../support/room.ts";
import { gatherPeople, type People } from "../torture/people.ts";
import { copyPage, type RelayProcess, startRelay } from "../torture/relay-process.ts";
import { startWorkerd } from "../torture/tortured-relay.ts";

/** Of both servers: 32 bytes in base64url. */
const SECRET = Buffer.alloc(32, 5).toString("base64url");

async function talk({ all: [ann, ben] }: People, words: string): Promise<void> {
  await say(ann.page, `${words}, Ben?`);
  await expect(ben.page.getByText(`${words}, Ben?`).first()).toBeVisible();
  await say(ben.page, `${words}, Ann!`);
  await expect(ann.page.getByText(`${words}, Ann!`).first()).toBeVisible();
}

/** Where the operator's figures are served, as the server says at its start. */
function operatorOf(relay: RelayProcess): string {
  const address = /operator is served at (\S+)\//.exec(relay.output())?.[1];
  if (address === undefined) throw new Error(`No operator address: ${relay.output()}`);
  return address;
}

function place(folder: string, name: string, settings: Readonly<Record<string, string>>) {
  return {
    dataFolder: join(folder, name),
    pageFolder: join(folder, "page"),
    port: 0,
    settings: { CONCLAVE_OPERATOR: "127.0.0.1:0", ...settings },
  };
}

let folder = "";
const started: RelayProcess[] = [];

async function start(...given: Parameters<typeof startRelay>): Promise<RelayProcess> {
  const relay = await startRelay(...given);
  started.push(relay);
  return relay;
}

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "conclave-operator-"));
  copyPage(join(folder, "page"));
});

test.afterEach(async () => {
  for (const relay of started.splice(0)) {
    relay.signal("SIGKILL");
    await relay.ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test("journey 11: one command, two people, and what the operator sees of them", async ({ browser }) => {
  const limits = JSON.stringify({ membersMax: 2 });
  const relay = await start(place(folder, "data", { CONCLAVE_RELAY_LIMITS: limits }));
  const people = await gatherPeople(browser, relay.origin);
  await talk(people, "The kettle is on");

  const ask = (path: string) => fetch(`${operatorOf(relay)}${path}`);
  expect(await (await ask("/readyz")).text()).toBe("ready\n");
  expect((await fetch(`${relay.origin}/healthz`)).status).toBe(200);
  const figures = await (await ask("/metrics")).text();
  expect(figures).toContain("conclave_relay_sockets 2\n");
  expect(figures).toContain("conclave_relay_rooms 1\n");
  for (const secret of ["The kettle", "Ann", people.roomId]) expect(figures).not.toContain(secret);
  expect(relay.output()).not.toContain("The kettle");
  expect(relay.output()).not.toContain(people.roomId);

  // An orderly stop and a start on the same folder: the room is there.
  relay.signal("SIGTERM");
  expect(await relay.ended).toBe(0);
  await start({ ...place(folder, "data", {}), port: relay.port });
  await talk(people, "Still on");
  for (const { context } of people.all) await context.close();
});

/** Hands each connection on to the next of `ports` that takes it. */
async function startBalancer(ports: () => readonly number[]): Promise<Server> {
  let turn = 0;
  const server = createServer((client) => {
    const targets = ports();
    const port = targets[turn++ % targets.length] ?? 0;
    const upstream = connect(port, "127.0.0.1");
    const link = (one: Socket, other: Socket): void => {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroySoon());
      one.pipe(other);
    };
    link(client, upstream);
    link(upstream, client);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

test("journey 11: a second server on one Redis carries on when the first is killed", async ({ browser }) => {
  test.skip(findRedis() === undefined, "redis-server is not installed");
  test.setTimeout(150_000);
  const redis = await startRedis();
  let alive: readonly RelayProcess[] = [];
  const balancer = await startBalancer(() => alive.map(({ port }) => port));
  try {
    const address = balancer.address();
    if (typeof address !== "object" || address === null) throw new Error("No port");
    const origin = `http://127.0.0.1:${address.port}`;
    const settings = {
      CONCLAVE_ORIGINS: origin,
      CONCLAVE_REDIS: redis.url,
      CONCLAVE_RELAY_SECRET: SECRET,
    };
    const first = await start(place(folder, "one", settings));
    const second = await start(place(folder, "two", settings));
    alive = [first, second];
    const people = await gatherPeople(browser, origin);
    await talk(people, "Two servers");
    const rooms = async (relay: RelayProcess): Promise<string> =>
      await (await fetch(`${operatorOf(relay)}/metrics`)).text();
    expect(await rooms(second)).toContain("conclave_relay_");

    alive = [second];
    first.signal("SIGKILL");
    await first.ended;
    await talk(people, "One is left");
    expect(await rooms(second)).toContain("conclave_relay_sockets 2\n");
    for (const { context } of people.all) await context.close();
  } finally {
    await redis.remove();
    balancer.close();
  }
});

test("[SY288] journey 11: people of one page talk through the relay of Cloudflare", async ({ browser }) => {
  await bundleWorker();
  const site = await start(place(folder, "data", {}));
  const port = await findFreePort();
  const origins = { CONCLAVE_ORIGINS: `${site.origin},http://127.0.0.1:${port}` };
  const worker = await startWorkerd(folder, port, origins);
  started.push(worker);
  const people = await gatherPeople(browser, site.origin, worker.origin);
  await talk(people, "By way of the edge");
  const figures = await (await fetch(`${operatorOf(site)}/metrics`)).text();
  expect(figures).toContain("conclave_relay_rooms 0\n"); // It served the page and nothing else.

  // Another process over the same storage, as after a deployment: the room is there.
  worker.signal("SIGKILL");
  await worker.ended;
  started.push(await startWorkerd(folder, port, origins));
  await talk(people, "Still by way of it");

  // The next room of this browser is offered the same relay; what is no address is refused.
  const [{ page, context }] = people.all;
  await page.goto("/");
  await page.getByRole("button", { name: "New room" }).click();
  await page.getByRole("dialog").getByLabel("Name of the room").fill("The next room");
  await page.getByRole("dialog").getByRole("button", { name: "Create room" }).click();
  await page.getByRole("button", { name: "Invite people" }).first().click();
  const address = page.getByLabel("Address of the relay");
  await expect(address).toHaveValue(worker.origin);
  await address.fill("ftp://relay.example");
  await page.getByRole("button", { name: "Share this room" }).click();
  await expect(page.getByText(/That is no address of a relay/)).toBeVisible();
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await context.close();
  await people.all[1].context.close();
});

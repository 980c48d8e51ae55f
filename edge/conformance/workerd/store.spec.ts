/** The store of a Durable Object under the contract of all stores, in the real workerd. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONTRACT_RUNS } from "#shared/testing/contracts/contract-case.ts";
import { bundleWorker } from "../../launch/worker-bundle.mjs";
import type { RelayStore, RoomWrite } from "../../relay/relay-store.ts";
import { relayStoreContract, type RelayStoreSubject } from "../../stores/relay-store.contract.ts";
import { makeFolder } from "../relay-server.ts";
import { findFreePort, spawnWorkerd } from "../workerd-process.ts";
import type { StoreCall } from "./store-worker.ts";

const folder = makeFolder();
let modulePath: string;
let port: number;
let workerd: ChildProcess;
let objects = 0;

async function start(): Promise<void> {
  const dataFolder = join(folder, "data");
  workerd = spawnWorkerd({ modulePath, folder, dataFolder, port, variables: {} });
  await new Promise((resolve) => workerd.stdio[3]?.once("data", resolve));
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => workerd.once("close", resolve));
  workerd.kill("SIGKILL");
  await ended;
}

beforeAll(async () => {
  mkdirSync(join(folder, "bundle"));
  modulePath = await bundleWorker(
    "edge/conformance/workerd/store-worker.ts",
    join(folder, "bundle", "store.mjs"),
  );
  port = await findFreePort();
  await start();
});
afterAll(async () => {
  await kill();
  rmSync(folder, { recursive: true, force: true });
});

async function call(object: string, method: StoreCall["method"], args: readonly unknown[] = []) {
  const body = JSON.stringify({ method, args });
  const answer = await fetch(`http://127.0.0.1:${port}/${object}`, { method: "POST", body });
  if (method === "die") return await answer.text();
  const { value, defect } = await answer.json() as {
    value?: unknown;
    defect?: { name: string; message: string };
  };
  if (defect !== undefined) throw Object.assign(new Error(defect.message), defect);
  return value;
}

function storeOf(object: string): RelayStore {
  const remote = (method: keyof RelayStore) => (...args: unknown[]) => call(object, method, args);
  return {
    open: remote("open") as RelayStore["open"],
    commit: remote("commit") as RelayStore["commit"],
    read: remote("read") as RelayStore["read"],
    findIds: remote("findIds") as RelayStore["findIds"],
    roomsWithPresent: remote("roomsWithPresent") as RelayStore["roomsWithPresent"],
    close: () => Promise.resolve(),
  };
}

function newObject(): string {
  objects += 1;
  return `object-${objects}`;
}

function makeSubject(): Promise<RelayStoreSubject> {
  const object = newObject();
  return Promise.resolve({
    store: () => storeOf(object),
    async reopen() {
      await call(object, "die");
    },
    close: () => Promise.resolve(),
  });
}

function writeOf(seq: number): RoomWrite {
  const entry = { seq, ts: 1, from: "d1", id: `id-${seq}`, body: "b".repeat(1_000) };
  return { room: "r1", epoch: "e1", entries: [entry], arrived: [], gone: [] };
}

describe("the store of a Durable Object keeps the contract", () => {
  test.each(relayStoreContract.map((item) => [item.title, item] as const))(
    "%s",
    async (_title, item) => {
      // Each of hundreds of calls a run goes through HTTP, and a restart ends a real object.
      await item.run(makeSubject, CONTRACT_RUNS / 4);
    },
    60_000,
  );
});

test("[ST46] what a commit resolved for is there after kill -9, whenever that comes", async () => {
  const object = newObject();
  for (let round = 0; round < 5; round += 1) {
    const from = round * 20;
    for (let seq = from + 1; seq <= from + 20; seq += 1) {
      expect(await storeOf(object).commit([writeOf(seq)])).toMatchObject({ ok: true });
    }
    // One more is under way: it may be there or not.
    const late = storeOf(object).commit([{ ...writeOf(1), room: `late-${round}` }]).catch(() => {});
    await kill();
    await late;
    await start();
    expect(await storeOf(object).open("r1")).toMatchObject({ value: { head: from + 20 } });
  }
});

test("[ST47] reading a room that was never written to makes no table", async () => {
  const object = newObject();
  expect(await storeOf(object).open("r1")).toMatchObject({ ok: true });
  expect(await storeOf(object).roomsWithPresent()).toEqual({ ok: true, value: [] });
  expect(await call(object, "tables")).toBe(0);
  await storeOf(object).commit([writeOf(1)]);
  expect(await call(object, "tables")).toBeGreaterThan(0);
});

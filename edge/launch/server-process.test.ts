/** The real server process: real Deno, real ports, real signals. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { signalServer, spawnServer } from "./server-process.mjs";

interface StartedProcess {
  readonly child: ChildProcess;
  readonly exitCode: Promise<number | null>;
  /** Resolves with the match once the process wrote something that fits; rejects when it ends. */
  readonly wrote: (pattern: RegExp) => Promise<RegExpExecArray>;
}

function startProcess(settings: Record<string, string>): StartedProcess {
  const folder = mkdtempSync(join(tmpdir(), "conclave-page-"));
  const page = join(folder, "page of a test");
  mkdirSync(page);
  writeFileSync(join(page, "index.html"), "<!doctype html><title>page</title>");
  const environment = { CONCLAVE_DATA: join(folder, "data of a test"), ...settings };
  const child = spawnServer(environment, "pipe", page);
  let text = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      text += data.toString();
      listeners.forEach((listener) => listener());
    });
  }
  const exitCode = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exitCode;
    rmSync(folder, { recursive: true });
  });
  const wrote = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const check = () => {
        const found = pattern.exec(text);
        if (found !== null) resolve(found);
      };
      listeners.add(check);
      check();
      void exitCode.then((code) => reject(new Error(`It ended with ${code} and wrote: ${text}`)));
    });
  return { child, exitCode, wrote };
}

async function startedAt(process: StartedProcess): Promise<string> {
  return (await process.wrote(/Conclave is at (http:\S+)/))[1] ?? "";
}

/** Takes a port of 127.0.0.1 and returns its number. */
async function takePort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot take a port");
  return address.port;
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "the server serves the page and stops cleanly on %s",
  async (signal) => {
    const started = startProcess({ PORT: "0" });
    const url = await startedAt(started);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await page.text()).toContain("<title>page</title>");
    expect(await (await fetch(`${url}healthz`)).text()).toBe("ok\nrelay ok\n");
    signalServer(started.child, signal);
    expect(await started.exitCode).toBe(0);
  },
);

test("a path outside the page is not served, however it is written", async () => {
  const url = await startedAt(startProcess({ PORT: "0" }));
  for (const path of ["..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd"]) {
    expect((await fetch(url + path)).status, path).toBe(404);
  }
});

test("a taken port ends the server with code 1 and says what to do", async () => {
  const port = await takePort();
  const started = startProcess({ PORT: String(port) });
  const [text] = await started.wrote(/Cannot listen on port[^\n]*/);
  expect(text).toContain(`Cannot listen on port ${port}: another program uses it`);
  expect(text).toContain("PORT=");
  expect(await started.exitCode).toBe(1);
});

test("an invalid PORT ends the server with code 1 and says why", async () => {
  const started = startProcess({ PORT: "http" });
  await started.wrote(/Cannot use PORT "http": it must be a whole number/);
  expect(await started.exitCode).toBe(1);
});

test("the server ends when its launcher is gone", async () => {
  const started = startProcess({ PORT: "0" });
  await startedAt(started);
  started.child.stdin?.end();
  expect(await started.exitCode).toBe(0);
});

test("[RL61] a second server on the same data folder says so and changes nothing", async () => {
  const data = mkdtempSync(join(tmpdir(), "conclave-data-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const first = startProcess({ PORT: "0", CONCLAVE_DATA: data });
  await startedAt(first);
  const second = startProcess({ PORT: "0", CONCLAVE_DATA: data });
  await second.wrote(/Cannot open \S+relay\.db: another server uses this data folder/);
  expect(await second.exitCode).toBe(1);
  // A killed server leaves no lock behind.
  signalServer(first.child, "SIGKILL");
  await first.exitCode;
  await startedAt(startProcess({ PORT: "0", CONCLAVE_DATA: data }));
});

test("[RL62] a damaged database ends the start, says so and is left as it was", async () => {
  const data = mkdtempSync(join(tmpdir(), "conclave-data-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const path = join(data, "relay.db");
  const damaged = "this is not a database ".repeat(400);
  writeFileSync(path, damaged);
  const started = startProcess({ PORT: "0", CONCLAVE_DATA: data });
  await started.wrote(/Cannot open \S+relay\.db: it is damaged/);
  expect(await started.exitCode).toBe(1);
  expect(readFileSync(path, "utf8")).toBe(damaged);
});

test("[RL72] a data folder that Deno cannot be given is refused by name", () => {
  const start = () => spawnServer({ CONCLAVE_DATA: "/tmp/a,b" }, "pipe");
  expect(start).toThrow('Cannot use "/tmp/a,b"');
});

test.each([
  ["CONCLAVE_ORIGINS", "chat.example"],
  ["CONCLAVE_TRUST_PROXY", "maybe"],
  ["CONCLAVE_RELAY_LIMITS", '{"nothing":1}'],
])("[RL72] a wrong %s ends the server with code 1 and says why", async (name, value) => {
  const started = startProcess({ PORT: "0", [name]: value });
  await started.wrote(new RegExp(`Cannot use ${name}`));
  expect(await started.exitCode).toBe(1);
});

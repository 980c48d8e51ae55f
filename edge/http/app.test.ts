import { expect, test } from "vitest";
import { relayLimits } from "../relay/limits.ts";
import { createApp } from "./app.ts";
import { contentSecurityPolicy, securityHeaders } from "./security-headers.ts";
import type { StaticFile, StaticFiles } from "./static-files.ts";

function streamOf(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}

/** Files whose encoded forms are the text with the name of the encoding in front. */
function setup() {
  const opened: string[] = [];
  const fileOf = (text: string, isCompressed = false): StaticFile => ({
    version: `v-${text.length}`,
    sizeBytes: isCompressed
      ? { plain: text.length, br: text.length + 3, gzip: text.length + 5 }
      : { plain: text.length },
    open: (encoding) => {
      opened.push(encoding ?? "plain");
      return streamOf(encoding === undefined ? text : `${encoding}:${text}`);
    },
  });
  const filesByPath = new Map([
    ["/index.html", fileOf("<!doctype html>")],
    ["/assets/main-abc.js", fileOf("let a", true)],
    ["/ort/ort.wasm", fileOf("wasm", true)],
    ["/models/a b.json", fileOf("{}")],
  ]);
  const files: StaticFiles = { find: (path) => filesByPath.get(path) };
  const errors: unknown[] = [];
  let isUp = true;
  const app = createApp({
    files,
    relay: { limits: relayLimits, isUp: () => isUp },
    reportError: (error) => errors.push(error),
  });
  const stopRelay = () => {
    isUp = false;
  };
  return { app, opened, errors, stopRelay };
}

test("[RL73] the relay's limits and its health can be read", async () => {
  const { app, stopRelay } = setup();
  const document = await app.request("/.well-known/relay.json");
  expect(await document.json()).toEqual({ v: 1, path: "/relay", limits: relayLimits });
  expect(await (await app.request("/healthz")).text()).toBe("ok\nrelay ok\n");
  stopRelay();
  const down = await app.request("/healthz");
  expect([down.status, await down.text()]).toEqual([503, "ok\nrelay down\n"]);
});

test("[RL73] the relay's address tells a browser that it is for web sockets", async () => {
  const { app } = setup();
  const answer = await app.request("/relay");
  expect([answer.status, answer.headers.get("upgrade")]).toEqual([426, "websocket"]);
});

test("the root is the page and is asked for again each time", async () => {
  const { app } = setup();
  const response = await app.request("/");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-cache");
  expect(await response.text()).toBe("<!doctype html>");
});

test("a file with a hash in its name is cached for good", async () => {
  const { app } = setup();
  const response = await app.request("/assets/main-abc.js");
  expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
});

test.each([
  ["br, gzip", "br", "br:let a"],
  ["gzip, deflate", "gzip", "gzip:let a"],
  ["br;q=0, gzip;q=0.5", "gzip", "gzip:let a"],
  ["*", "br", "br:let a"],
  ["identity", null, "let a"],
  [undefined, null, "let a"],
])("the stored encoding follows Accept-Encoding %j", async (accepted, encoding, body) => {
  const { app } = setup();
  const headers: Record<string, string> = accepted === undefined
    ? {}
    : { "accept-encoding": accepted };
  const response = await app.request("/assets/main-abc.js", { headers });
  expect(response.headers.get("content-encoding")).toBe(encoding);
  expect(response.headers.get("vary")).toBe("accept-encoding");
  expect(response.headers.get("content-length")).toBe(String(body.length));
  expect(await response.text()).toBe(body);
});

test("a known version is answered 304 without opening the file", async () => {
  const { app, opened } = setup();
  const first = await app.request("/ort/ort.wasm");
  const etag = first.headers.get("etag") ?? "";
  expect(etag).not.toBe("");
  const again = await app.request("/ort/ort.wasm", { headers: { "if-none-match": etag } });
  expect(again.status).toBe(304);
  expect(again.headers.get("content-security-policy")).toBe(contentSecurityPolicy);
  expect(opened).toEqual(["plain"]);
});

test("two encodings of a file have two validators", async () => {
  const { app } = setup();
  const etagOf = async (encoding: string) =>
    (await app.request("/ort/ort.wasm", { headers: { "accept-encoding": encoding } })).headers
      .get("etag");
  expect(await etagOf("br")).not.toBe(await etagOf("gzip"));
});

test("HEAD tells size and type and opens nothing", async () => {
  const { app, opened } = setup();
  const response = await app.request("/ort/ort.wasm", { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-length")).toBe("4");
  expect(response.headers.get("content-type")).toBe("application/wasm");
  expect(await response.text()).toBe("");
  expect(opened).toEqual([]);
});

test("a space in a file name is decoded once", async () => {
  const { app } = setup();
  expect((await app.request("/models/a%20b.json")).status).toBe(200);
  expect((await app.request("/models/a%2520b.json")).status).toBe(404);
});

test.each([
  "/missing.js",
  "/../deno.json",
  "/..%2fdeno.json",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/assets/..%5c..%5cdeno.json",
  "/%",
  "/%00",
  "/assets/",
])("a path that names no file of the page is not found: %s", async (path) => {
  const { app } = setup();
  const response = await app.request(path);
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("There is no such page");
});

test("other methods are refused", async () => {
  const { app } = setup();
  const response = await app.request("/", { method: "POST", body: "x" });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, HEAD");
});

test.each([
  ["/", "GET"],
  ["/missing", "GET"],
  ["/healthz", "GET"],
  ["/relay", "GET"],
  ["/.well-known/relay.json", "GET"],
  ["/", "POST"],
])("every response carries the security headers: %s %s", async (path, method) => {
  const { app } = setup();
  const response = await app.request(path, { method });
  for (const [name, value] of Object.entries(securityHeaders)) {
    expect(response.headers.get(name), name).toBe(value);
  }
});

test("a failing file is reported and answered 500 with the security headers", async () => {
  const errors: unknown[] = [];
  const app = createApp({
    files: {
      find: () => {
        throw new Error("disk gone");
      },
    },
    reportError: (error) => errors.push(error),
  });
  const response = await app.request("/");
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("disk");
  expect(response.headers.get("content-security-policy")).toBe(contentSecurityPolicy);
  expect(errors).toHaveLength(1);
});

test("the policy forbids inline code, eval, foreign scripts and foreign frames", () => {
  expect(contentSecurityPolicy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
  expect(contentSecurityPolicy).toContain("default-src 'none'");
  expect(contentSecurityPolicy).toContain("script-src 'self' 'wasm-unsafe-eval';");
  expect(contentSecurityPolicy).toContain("require-trusted-types-for 'script'");
  expect(contentSecurityPolicy).toContain("frame-ancestors 'none'");
});

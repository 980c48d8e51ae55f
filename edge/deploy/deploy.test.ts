/**
 * Holds the deployment files against the repository: paths, settings, ports, commands. No container
 * engine runs where the tests do.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../launch/processes.mjs";
import { SETTINGS } from "../launch/server-process.mjs";
import { readServerSettings } from "../platform/settings.ts";

const FOLDER = join(ROOT, "edge/deploy");
const readText = (name: string): string => readFileSync(join(FOLDER, name), "utf8");
const scripts = (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
}).scripts;

/** Of the runtime, not of the server. */
const OTHERS = ["NODE_ENV"];

/** Every one is a setting of the server, and the server takes their values together. */
function expectSettings(values: Readonly<Record<string, string>>): void {
  const names = Object.keys(values);
  expect(names.filter((name) => !SETTINGS.includes(name) && !OTHERS.includes(name))).toEqual([]);
  expect(readServerSettings(values)).toMatchObject({ ok: true });
}

/** The instructions of a Dockerfile, by stage. */
function stagesOf(text: string): readonly (readonly string[])[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const starts = lines.flatMap((line, at) => line.startsWith("FROM ") ? [at] : []);
  return starts.map((at, index) => lines.slice(at, starts[index + 1]));
}

const pairsOf = (words: string): Record<string, string> =>
  Object.fromEntries(words.split(" ").map((pair) => pair.split("=") as [string, string]));

const [build = [], run = []] = stagesOf(readText("Dockerfile"));

test("the image builds what the repository has, with its own commands", () => {
  expect(build[0]).toBe("FROM node:22-bookworm-slim AS build");
  const commands = build.flatMap((line) => line.match(/npm run [\w:]+/g) ?? []);
  expect(commands.map((one) => one.slice("npm run ".length))).toEqual(["build", "build:server"]);
  for (const name of ["build", "build:server"]) expect(scripts).toHaveProperty([name]);
  for (const file of ["package.json", "package-lock.json"]) {
    expect(build.some((line) => line.startsWith("COPY ") && line.includes(file))).toBe(true);
    expect(existsSync(join(ROOT, file))).toBe(true);
  }
  // What is built on the machine at hand is never copied in.
  const ignored = readText("Dockerfile.dockerignore").split("\n");
  expect(ignored).toEqual(expect.arrayContaining(["node_modules", "dist", ".conclave", ".git"]));
});

test("the image runs the bundle as nobody in particular, with settings the server has", () => {
  const bundle = /\/out\/(\S+\.mjs)/.exec(build.join("\n"))?.[1] ?? "";
  expect(run).toContain(`COPY --from=build /out/${bundle} ./`);
  expect(run).toContain("COPY --from=build /src/dist ./dist");
  const command = JSON.parse(run.find((line) => line.startsWith("CMD "))?.slice(4) ?? "[]");
  expect(command.at(-1)).toBe(bundle);
  expect(run.indexOf("USER node")).toBeGreaterThan(0);
  const values = pairsOf(run.find((line) => line.startsWith("ENV "))?.slice(4) ?? "");
  expectSettings(values);
  expect(run).toContain(`EXPOSE ${values["PORT"]}`);
  expect(run).toContain(`VOLUME ${values["CONCLAVE_DATA"]}`);
  const check = run.find((line) => line.startsWith("HEALTHCHECK "));
  expect(check).toContain(`127.0.0.1:${values["PORT"]}/healthz`);
});

test("compose builds that image, publishes only the proxy and keeps the log in a volume", () => {
  const { services, volumes } = parse(readText("compose.yaml")) as {
    services: Record<string, {
      build?: { context: string; dockerfile: string };
      environment?: Record<string, string>;
      command?: string;
      ports?: string[];
      volumes: string[];
    }>;
    volumes: Record<string, null>;
  };
  const { conclave, caddy } = services;
  expect(join(FOLDER, conclave?.build?.context ?? "")).toBe(`${ROOT}/`.replace(/\/$/, ""));
  expect(existsSync(join(ROOT, conclave?.build?.dockerfile ?? ""))).toBe(true);
  const values = Object.entries(conclave?.environment ?? {})
    .map(([name, value]) => [name, value.replace(/\$\{NAME[^}]*\}/, "chat.example")]);
  expectSettings(Object.fromEntries(values));
  expect([conclave?.ports, caddy?.ports?.length]).toEqual([undefined, 3]);
  expect(caddy?.command).toContain(`--to conclave:${
    pairsOf(
      run.find((line) => line.startsWith("ENV "))?.slice(4) ?? "",
    )["PORT"]
  }`);
  expect(conclave?.volumes).toEqual(["data:/data"]);
  expect(Object.keys(volumes)).toEqual(["data", "caddy"]);
});

test("compose with Redis runs several servers on one that keeps what it acknowledged", () => {
  const { services, volumes } = parse(readText("compose-redis.yaml")) as {
    services: Record<string, {
      build?: { dockerfile: string };
      deploy?: { replicas: number };
      environment?: Record<string, string>;
      command?: string;
      volumes?: string[];
    }>;
    volumes: Record<string, null>;
  };
  const { conclave, redis } = services;
  expect(existsSync(join(ROOT, conclave?.build?.dockerfile ?? ""))).toBe(true);
  const values = Object.entries(conclave?.environment ?? {}).map(([name, value]) => [
    name,
    value.replace(/\$\{NAME[^}]*\}/, "chat.example").replace(/\$\{SECRET[^}]*\}/, "A".repeat(43)),
  ]);
  expectSettings(Object.fromEntries(values));
  expect(conclave?.deploy?.replicas).toBe(2);
  expect(conclave?.environment?.["CONCLAVE_REDIS"]).toBe("redis://redis:6379");
  expect(redis?.command).toContain("--appendfsync always");
  expect(redis?.command).toContain("--maxmemory-policy noeviction");
  expect([conclave?.volumes, redis?.volumes]).toEqual([undefined, ["log:/data"]]);
  expect(Object.keys(volumes)).toEqual(["log", "caddy"]);
});

test("the service runs the bundle with settings the server has, and so does the proxy's port", () => {
  const text = readText("conclave.service");
  const lines = text.split("\n").filter((line) => line.startsWith("Environment="));
  const values = pairsOf(lines.map((line) => line.slice("Environment=".length)).join(" "));
  expectSettings(values);
  const bundle = /npm run build:server -- (\S+\.mjs)/.exec(readText("vm.md"))?.[1];
  expect(text).toContain(` ${bundle}\n`);
  expect(readText("Caddyfile")).toContain(`127.0.0.1:${values["PORT"]}`);
  expect(readText("vm.md")).toContain(values["CONCLAVE_OPERATOR"]);
});

test("the guides name files and commands that there are", () => {
  for (const name of readdirSync(FOLDER).filter((one) => one.endsWith(".md"))) {
    const text = readText(name);
    for (const [, file = ""] of text.matchAll(/\]\(([^)]+)\)/g)) {
      expect(existsSync(join(FOLDER, file)), `${name}: ${file}`).toBe(true);
    }
    for (const [, script = ""] of text.matchAll(/npm run ([\w:]+)/g)) {
      expect(scripts, name).toHaveProperty([script]);
    }
  }
});

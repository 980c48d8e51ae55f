/**
 * Runs a Worker in workerd as its wrangler.jsonc says: without network, its storage in a folder.
 *
 * workerd reads Cap'n Proto text, so the file that a deployment reads is translated.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../launch/processes.mjs";

export const WRANGLER_PATH = join(ROOT, "edge/platform/cloudflare/wrangler.jsonc");

export interface WranglerFile {
  readonly main: string;
  readonly no_bundle: boolean;
  readonly compatibility_date: string;
  readonly compatibility_flags: readonly string[];
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
  readonly migrations: readonly { readonly new_sqlite_classes: readonly string[] }[];
  readonly vars: Readonly<Record<string, string>>;
}

/** The deployment's file; its comments are whole lines. */
export function readWranglerFile(): WranglerFile {
  const lines = readFileSync(WRANGLER_PATH, "utf8").split("\n");
  return JSON.parse(lines.filter((line) => !/^\s*\/\//.test(line)).join("\n")) as WranglerFile;
}

export interface WorkerdOptions {
  /** Of the Worker's module. */
  readonly modulePath: string;
  /** Holds the configuration; removed by the caller. */
  readonly folder: string;
  /** Holds what the objects store. */
  readonly dataFolder: string;
  readonly port: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts workerd; it is listening once it has written to its fourth stream. */
export function spawnWorkerd(options: WorkerdOptions): ChildProcess {
  mkdirSync(options.dataFolder, { recursive: true });
  copyFileSync(options.modulePath, join(options.folder, "worker.mjs"));
  const config = join(options.folder, "workerd.capnp");
  writeFileSync(config, configOf(readWranglerFile(), options));
  // Its inspector and its outbound network stay off: neither is in the configuration.
  return spawn(workerdPath(), ["serve", config, "--control-fd=3"], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
}

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (bound === null || typeof bound === "string") throw new Error("Cannot find a free port");
  return bound.port;
}

/** The program itself: the package's own is a script of Node that would keep our signals. */
export function workerdPath(): string {
  const names: Readonly<Record<string, string>> = { x64: "64", arm64: "arm64" };
  const folder = `@cloudflare/workerd-${process.platform}-${names[process.arch]}`;
  const path = join(ROOT, "node_modules", folder, "bin", "workerd");
  if (!existsSync(path)) throw new Error(`Cannot find ${path}: run "npm ci" first`);
  return path;
}

function configOf(wrangler: WranglerFile, { dataFolder, port, variables }: WorkerdOptions): string {
  const all = { ...wrangler.vars, ...variables };
  const { bindings } = wrangler.durable_objects;
  const stored = new Set(wrangler.migrations.flatMap((one) => one.new_sqlite_classes));
  const text = JSON.stringify; // Of one line; Cap'n Proto's strings have the same escapes.
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "relay", worker = .relay),
    (name = "storage", disk = (path = ${text(dataFolder)}, writable = true)),
    (name = "nowhere", network = (allow = [])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "relay")],
);
const relay :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = ${text(wrangler.compatibility_date)},
  compatibilityFlags = [${wrangler.compatibility_flags.map((flag) => text(flag)).join(", ")}],
  globalOutbound = "nowhere",
  durableObjectStorage = (localDisk = "storage"),
  durableObjectNamespaces = [${
    bindings.map(({ class_name: name }) =>
      `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = ${stored.has(name)})`
    ).join(", ")
  }],
  bindings = [${
    [
      ...bindings.map(({ name, class_name: object }) =>
        `(name = ${text(name)}, durableObjectNamespace = ${text(object)})`
      ),
      ...Object.entries(all).map(([name, value]) =>
        `(name = ${text(name)}, text = ${text(value)})`
      ),
    ].join(",\n    ")
  }],
);
`;
}

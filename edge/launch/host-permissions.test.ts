import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { hostCommand } from "./host-permissions.mjs";

function permissionsFor(config: unknown) {
  const folder = mkdtempSync(join(tmpdir(), "conclave-permissions-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "host.json");
  writeFileSync(path, typeof config === "string" ? config : JSON.stringify(config));
  const command = hostCommand(["--check", path]);
  const of = (name: string) =>
    command.find((word) => word.startsWith(`--allow-${name}=`))?.split("=")[1]?.split(",")
      .map((one) => one.replace(`${folder}/`, ""));
  const all = command.filter((word) => word.startsWith("--allow"));
  return {
    all,
    read: of("read"),
    write: of("write"),
    env: of("env"),
    words: command.slice(-2),
    path,
  };
}

const PACKAGES = ["WS_NO_BUFFER_UTIL", "WS_NO_UTF_8_VALIDATE"];

test("a host may read what its configuration names, and write its data alone", () => {
  const { read, write, env, words, path } = permissionsFor({
    data: "data",
    rooms: [{ linkFile: "attic.link" }, { link: "x" }],
    personas: [{ cardFile: "ada.json" }],
    engine: { kind: "openai", keyEnv: "MODEL_KEY" },
  });
  expect(read).toEqual(["host.json", "attic.link", "ada.json", "data"]);
  expect(write).toEqual(["data"]);
  expect(env).toEqual(["MODEL_KEY", ...PACKAGES]);
  expect(words).toEqual(["--check", path]);
});

test("only a host that starts a model server may run programs", () => {
  const engine = { kind: "llama-server", binary: "server", modelFile: "model.gguf" };
  const { read, all } = permissionsFor({ data: "data", engine });
  expect(read).toEqual(["host.json", "data", "server", "model.gguf"]);
  expect(all).toEqual(expect.arrayContaining(["--allow-run", "--allow-env"]));
  const endpoint = permissionsFor({ data: "data", engine: { ...engine, kind: "openai" } });
  expect(endpoint.all.filter((word) => /run=|-run$|-env$/.test(word))).toEqual([]);
});

test("a host with the starter may read its model and its worker's code besides", () => {
  const reads = ["web/models/starter/files", "edge/host/engines", "shared", "node_modules"]
    .map((path) => join(process.cwd(), path));
  for (const config of [{ data: "data" }, { data: "data", engine: { kind: "starter" } }]) {
    const { read, all } = permissionsFor(config);
    expect(read).toEqual(["host.json", "data", ...reads]);
    expect(all.filter((word) => /run|ffi|-read$/.test(word))).toEqual([]);
  }
});

test("of a file that is none, or names no variable, a host may read the file alone", () => {
  for (const config of ["{", [], { rooms: 7, engine: { kind: "openai", keyEnv: "A,B" } }, null]) {
    const { read, write, env } = permissionsFor(config);
    expect([read, write, env]).toEqual([["host.json"], undefined, PACKAGES]);
  }
});

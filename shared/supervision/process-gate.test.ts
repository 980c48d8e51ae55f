import { expect, test } from "vitest";
import { decideProcess, type ProcessFacts } from "./process-gate.ts";

const binary = (state: NonNullable<ProcessFacts["binary"]>["state"]) => ({ path: "/bin/x", state });
const model = (state: NonNullable<ProcessFacts["model"]>["state"]) => ({ path: "/m.gguf", state });

const good: ProcessFacts = {
  backend: "llama-server",
  binary: binary("executable"),
  model: model("gguf"),
  port: undefined,
};

test("[SV20] a process is started where nothing stands against it", () => {
  const spawn = { kind: "spawn", binaryPath: "/bin/x", modelPath: "/m.gguf" };
  expect(decideProcess(good)).toEqual(spawn);
  expect(decideProcess({ ...good, port: { port: 8080, isFree: true } })).toEqual(spawn);
});

test.each<[title: string, change: Partial<ProcessFacts>, kinds: readonly string[]]>([
  ["auto never starts one", { backend: "auto" }, ["backend-not-ours"]],
  ["vllm is not ours", { backend: "vllm" }, ["backend-not-ours"]],
  ["ollama is not ours", { backend: "ollama" }, ["backend-not-ours"]],
  ["an endpoint is not ours", { backend: "openai" }, ["backend-not-ours"]],
  ["no binary is named", { binary: undefined }, ["binary-not-set"]],
  ["the binary is missing", { binary: binary("missing") }, ["binary-missing"]],
  ["the binary is a folder", { binary: binary("not-a-file") }, ["binary-not-a-file"]],
  ["it is not executable", { binary: binary("not-executable") }, ["binary-not-executable"]],
  ["no model is named", { model: undefined }, ["model-not-set"]],
  ["the model is missing", { model: model("missing") }, ["model-missing"]],
  ["the model is a folder", { model: model("not-a-file") }, ["model-not-a-file"]],
  ["the model cannot be read", { model: model("unreadable") }, ["model-unreadable"]],
  ["the model is no GGUF", { model: model("not-gguf") }, ["model-not-gguf"]],
  ["the port is taken", { port: { port: 8080, isFree: false } }, ["port-taken"]],
  ["nothing is named, whatever the backend", {
    backend: "auto",
    binary: undefined,
    model: undefined,
  }, ["backend-not-ours", "binary-not-set", "model-not-set"]],
  ["everything is wrong at once", {
    backend: "ollama",
    binary: binary("not-executable"),
    model: model("not-gguf"),
    port: { port: 1, isFree: false },
  }, ["backend-not-ours", "binary-not-executable", "model-not-gguf", "port-taken"]],
])("[SV20] refused: %s", (_title, change, kinds) => {
  const decision = decideProcess({ ...good, ...change });
  expect(decision.kind === "refuse" && decision.reasons.map(({ kind }) => kind)).toEqual(kinds);
});

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

/**
 * The studied matrix (reference/session-runtime.md, 1.9), row by row. Where it knew only "refuse",
 * this gate names why, and "any" stands for every value there is.
 */
const set = [true, false] as const;
const matrix = [
  { row: 1, backend: "llama-server", hasBinary: [true], hasModel: [true], isThere: [true] },
  { row: 2, backend: "llama-server", hasBinary: [true], hasModel: [true], isThere: [false] },
  { row: 3, backend: "llama-server", hasBinary: [true], hasModel: [false], isThere: set },
  { row: 4, backend: "llama-server", hasBinary: [false], hasModel: set, isThere: set },
  { row: 5, backend: "auto", hasBinary: set, hasModel: set, isThere: set },
  { row: 6, backend: "vllm", hasBinary: set, hasModel: set, isThere: set },
  { row: 7, backend: "ollama", hasBinary: set, hasModel: set, isThere: set },
] as const;

const rows = matrix.flatMap(({ row, backend, hasBinary, hasModel, isThere }) =>
  hasBinary.flatMap((withBinary) =>
    hasModel.flatMap((withModel) =>
      isThere.map((there) => ({ row, backend, withBinary, withModel, there }))
    )
  )
);

test.each(rows)(
  "[SV20] row $row of the matrix: $backend, binary $withBinary, model $withModel, file $there",
  ({ row, backend, withBinary, withModel, there }) => {
    const decision = decideProcess({
      ...good,
      backend,
      binary: withBinary ? binary("executable") : undefined,
      model: withModel ? model(there ? "gguf" : "missing") : undefined,
    });
    const against = [
      ...backend === "llama-server" ? [] : ["backend-not-ours"],
      ...withBinary ? [] : ["binary-not-set"],
      ...withModel ? there ? [] : ["model-missing"] : ["model-not-set"],
    ];
    expect(decision.kind).toBe(row === 1 ? "spawn" : "refuse");
    expect(decision.kind === "refuse" ? decision.reasons.map(({ kind }) => kind) : []).toEqual(
      against,
    );
  },
);

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

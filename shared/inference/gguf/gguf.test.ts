import { expect, test } from "vitest";
import { parseGgufHeader } from "./gguf-header.ts";
import { ggufProfile } from "./gguf-profile.ts";
import { ggufLimits } from "./limits.ts";
import { type ByteSource, readGguf } from "./read-gguf.ts";
import {
  f32,
  type GgufTensor,
  type GgufValue,
  text,
  u32,
  writeGguf,
} from "../../testing/gguf/write-gguf.ts";

const never = new AbortController().signal;

const LLAMA: Readonly<Record<string, GgufValue>> = {
  "general.architecture": text("llama"),
  "general.name": text("Little Llama"),
  "general.license": text("apache-2.0"),
  "llama.context_length": u32(131_072),
  "llama.embedding_length": u32(64),
  "llama.block_count": u32(2),
  "llama.attention.head_count": u32(4),
  "llama.attention.head_count_kv": u32(2),
  "llama.rope.freq_base": f32(10_000),
  "tokenizer.ggml.tokens": { kind: "texts", value: ["a", "b", "ö"] },
  "tokenizer.chat_template": text("{{ messages }}"),
};

const TENSORS: readonly GgufTensor[] = [
  { name: "token_embd.weight", shape: [3, 64], values: new Float32Array(192).fill(1) },
  { name: "output_norm.weight", shape: [64], values: new Float32Array(64).fill(2) },
];

const FILE = { name: "Little Llama.Q8_0.gguf", bytes: 5_000, url: "" };

function sourceOf(bytes: Uint8Array): ByteSource & { readonly reads: number[] } {
  const reads: number[] = [];
  return {
    reads,
    bytes: bytes.length,
    readFirst(count) {
      reads.push(count);
      return Promise.resolve(bytes.subarray(0, count));
    },
  };
}

async function profileOf(metadata: Readonly<Record<string, GgufValue>>) {
  const header = await readGguf(sourceOf(writeGguf(metadata, TENSORS)), never);
  if (!header.ok) throw new Error(header.error.kind);
  return ggufProfile(header.value, FILE);
}

test("[IN55] a header tells metadata, weights and where the file ends", async () => {
  const bytes = writeGguf({ ...LLAMA, few: { kind: "i32s", value: [1, -2] } }, TENSORS);
  const header = await readGguf(sourceOf(bytes), never);
  if (!header.ok) throw new Error(header.error.kind);
  const { metadata, parameters, fileBytesMin } = header.value;
  expect(metadata.get("general.name")).toBe("Little Llama");
  expect(metadata.get("llama.rope.freq_base")).toBe(10_000);
  expect(metadata.get("tokenizer.ggml.tokens")).toEqual({ items: 3 });
  expect(metadata.get("few")).toEqual([1, -2]);
  expect(parameters).toBe(256);
  expect(fileBytesMin).toBe(bytes.length);
});

test("[IN52] a header tells the model's control tokens, and none where it lists none", async () => {
  const typed = {
    ...LLAMA,
    "tokenizer.ggml.token_type": { kind: "i32s", value: [1, 3, 3] },
  } as const;
  const header = await readGguf(sourceOf(writeGguf(typed, TENSORS)), never);
  expect(header).toMatchObject({ ok: true, value: { controlTokens: ["b", "ö"] } });
  const plain = await readGguf(sourceOf(writeGguf(LLAMA, TENSORS)), never);
  expect(plain).toMatchObject({ ok: true, value: { controlTokens: [] } });
});

test("[IN55] a file that ends anywhere before its end is cut, and says by how much", async () => {
  const bytes = writeGguf(LLAMA, TENSORS);
  for (let length = 8; length < bytes.length; length += 1) {
    const read = await readGguf(sourceOf(bytes.subarray(0, length)), never);
    expect(read).toMatchObject({ ok: false, error: { kind: "gguf-cut", bytes: length } });
  }
  expect((await readGguf(sourceOf(bytes), never)).ok).toBe(true);
});

test("[IN55] a long header is read in growing pieces, not the whole file", async () => {
  const tokens = Array.from({ length: 60_000 }, (_, at) => `a token of some length ${at}`);
  const long = { ...LLAMA, "tokenizer.ggml.tokens": { kind: "texts", value: tokens } as const };
  const bytes = writeGguf(long, TENSORS);
  const source = { ...sourceOf(bytes), bytes: 10 ** 9 };
  expect((await readGguf(source, never)).ok).toBe(true);
  expect(source.reads).toEqual([ggufLimits.firstBytes, 4 * ggufLimits.firstBytes]);
});

test("[IN55] what is no GGUF, or of another version, is refused by name", () => {
  expect(parseGgufHeader(new TextEncoder().encode("PK\x03\x04 a zip"))).toEqual({
    ok: false,
    error: { kind: "gguf-not" },
  });
  const old = writeGguf(LLAMA, TENSORS);
  new DataView(old.buffer).setUint32(4, 1, true);
  expect(parseGgufHeader(old)).toEqual({ ok: false, error: { kind: "gguf-version", version: 1 } });
});

test("[IN55] no length in a header is trusted", () => {
  const HUGE = 2n ** 60n;
  const at = (place: number, value: bigint) => {
    const bytes = writeGguf({ key: text("value") }, []);
    new DataView(bytes.buffer).setBigUint64(place, value, true);
    return parseGgufHeader(bytes);
  };
  // Tensors, keys, a key's length, a text's length.
  for (const place of [8, 16, 24, 24 + 8 + 3 + 4]) {
    for (const value of [HUGE, 2n ** 63n, BigInt(ggufLimits.headerBytesMax)]) {
      expect(at(place, value)).toMatchObject({ ok: false, error: { kind: "gguf-malformed" } });
    }
  }
  const twice = writeGguf({ "same.1": u32(1), "same.2": u32(1) }, []);
  twice[24 + 8 + 5] = 0x32; // Both are now same.2.
  expect(parseGgufHeader(twice)).toMatchObject({ ok: false, error: { kind: "gguf-malformed" } });
});

test("[IN55] whatever bytes are changed, the reader answers with a Result", () => {
  const whole = writeGguf(LLAMA, TENSORS);
  const end = whole.length - 1_100;
  for (let at = 0; at < end; at += 1) {
    for (const value of [0, 0x7f, 0xff]) {
      const bytes = whole.slice();
      bytes[at] = value;
      expect(typeof parseGgufHeader(bytes).ok).toBe("boolean");
    }
  }
});

test("[IN57] a model of the catalogue is made of what the file says", async () => {
  const made = await profileOf(LLAMA);
  if (!made.ok) throw new Error(made.error.kind);
  const contextBytes = 4_096 * 2 * 2 * (16 + 16) * 2;
  expect(made.value).toMatchObject({
    id: "gguf-little-llama.q8-0-3uw",
    engine: "wllama",
    name: "Little Llama",
    licence: "apache-2.0",
    parameters: 256,
    contextTokens: ggufLimits.contextTokensMax,
    contextBytes,
    memoryBytes: FILE.bytes + contextBytes + ggufLimits.workBytes,
    promptFormat: "chat",
    files: [{ path: "model.gguf", url: "", bytes: FILE.bytes, sha256: undefined }],
  });
});

test("[IN57] a short context stays short, and heads may differ from layer to layer", async () => {
  const heads = { kind: "i32s", value: [2, 0] } as const;
  const metadata = {
    ...LLAMA,
    "llama.context_length": u32(512),
    "llama.attention.head_count_kv": heads,
  };
  const made = await profileOf(metadata);
  expect(made).toMatchObject({
    ok: true,
    value: { contextTokens: 512, contextBytes: 512 * 2 * 32 * 2 },
  });
});

test("[IN57] a name that is missing is the file's; a licence that is missing stays empty", async () => {
  const { "general.name": _name, "general.license": _licence, ...rest } = LLAMA;
  const made = await profileOf(rest);
  expect(made).toMatchObject({ ok: true, value: { name: "Little Llama.Q8_0", licence: "" } });
});

test.each<[string, Readonly<Record<string, GgufValue>>, unknown]>([
  ["part", { "split.count": u32(3) }, { kind: "gguf-split", parts: 3 }],
  ["projector", { "general.type": text("mmproj") }, {
    kind: "gguf-not-text",
    architecture: "llama",
  }],
  ["embedder", { "llama.pooling_type": u32(1) }, { kind: "gguf-not-text", architecture: "llama" }],
  ["encoder", { "general.architecture": text("clip") }, {
    kind: "gguf-not-text",
    architecture: "clip",
  }],
  ["base model", { "tokenizer.chat_template": text("") }, { kind: "gguf-no-chat" }],
  ["no name", { "general.architecture": text("") }, {
    kind: "gguf-malformed",
    detail: "no architecture",
  }],
  ["no context", { "llama.context_length": text("long") }, {
    kind: "gguf-malformed",
    detail: "no context length",
  }],
])("[IN56] what cannot chat here is refused by name: %s", async (_, change, error) => {
  expect(await profileOf({ ...LLAMA, ...change })).toEqual({ ok: false, error });
});

/** Decoders of the files that describe an MLC model. Pure; undefined means "not such a file". */

export interface ShardRecord {
  readonly file: string;
  readonly bytes: number;
}

export interface ChatConfig {
  readonly tokenizerFile: string;
  readonly contextTokens: number | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;

/** `tensor-cache.json`: the weight shards with their exact sizes. */
export function decodeTensorCache(bytes: Uint8Array): readonly ShardRecord[] | undefined {
  const value = parseJson(bytes);
  if (!isRecord(value) || !Array.isArray(value["records"])) return undefined;
  const shards: ShardRecord[] = [];
  for (const record of value["records"] as readonly unknown[]) {
    if (!isRecord(record)) return undefined;
    const { dataPath: file, nbytes } = record;
    if (typeof file !== "string" || typeof nbytes !== "number" || nbytes < 0) return undefined;
    shards.push({ file, bytes: nbytes });
  }
  return shards;
}

/** `mlc-chat-config.json`, as far as files and limits go. */
export function decodeChatConfig(bytes: Uint8Array): ChatConfig | undefined {
  const value = parseJson(bytes);
  if (!isRecord(value) || !Array.isArray(value["tokenizer_files"])) return undefined;
  const names = value["tokenizer_files"] as readonly unknown[];
  // The library takes the first of these two that is listed.
  const tokenizerFile = ["tokenizer.json", "tokenizer.model"].find((name) => names.includes(name));
  if (tokenizerFile === undefined) return undefined;
  const context = value["context_window_size"];
  return { tokenizerFile, contextTokens: typeof context === "number" ? context : undefined };
}

export function isJson(bytes: Uint8Array): boolean {
  return parseJson(bytes) !== undefined;
}

export function isWasm(bytes: Uint8Array): boolean {
  return bytes.length > 8 && [0x00, 0x61, 0x73, 0x6d].every((byte, at) => bytes[at] === byte);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined; // The caller names the file.
  }
}

/**
 * A stand-in for web-llm's engine object, faithful to what was read and run of 0.2.86: one
 * interrupt flag, cleared when a stream begins and read between two tokens; stop strings streamed
 * until they are whole, then cut from the text it keeps; usage that leaves out what its cache held
 * and counts the token that ended the reply; the reply's pieces one token each.
 *
 * The last user message is the script: `say A B C` replies with these words, `wait` words of it
 * take time, `lose` takes the GPU device away at that word, `throw` fails like the library does.
 * Under a grammar of texts it says one of them, by the seed, unless the script begins with
 * `ignore`.
 */

import type { ChatCompletionChunk, ChatCompletionRequestStreaming } from "@mlc-ai/web-llm";
import { ok } from "#shared/base/mod.ts";
import type { WebLlmLibrary } from "../../../web/worker/web-llm/back-end.ts";

type Engine = ReturnType<WebLlmLibrary["createEngine"]>;
type Messages = ChatCompletionRequestStreaming["messages"];

const WORD_MS = 5;
const WAIT_MS = 200;
const CONTEXT_TOKENS = 4096;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const textOf = (message: Messages[number]): string =>
  typeof message.content === "string" ? message.content : "";
const flatten = (messages: Messages): string[] =>
  messages.map((one) => `${one.role}:${textOf(one)}`);

export function openScriptedLibrary(): Promise<WebLlmLibrary> {
  let dispatches = 0;
  return Promise.resolve({
    findModel: (modelId) =>
      modelId.startsWith("scripted")
        ? { model: "https://hub.invalid/owner/scripted", modelLib: "https://lib.invalid/s.wasm" }
        : undefined,
    libraryPrefix: "https://lib.invalid/",
    createEngine: (_model, onReport) => createScriptedEngine(onReport, () => dispatches++),
    inspectDevice: () =>
      Promise.resolve({
        webgpu: "hardware",
        adapter: "Scripted GPU",
        features: [],
        bufferBytesMax: 2 ** 30,
        storageBytesFree: undefined,
        memoryGiB: undefined,
      }),
    warmCache: (urls, onProgress) => {
      onProgress({ phase: "downloading", file: urls.weights, bytesDone: 10, bytesTotal: 10 });
      return Promise.resolve(ok(undefined));
    },
    dispatchCount: () => dispatches,
  });
}

function createScriptedEngine(
  onReport: Parameters<WebLlmLibrary["createEngine"]>[1],
  onDispatch: () => void,
): Engine {
  let isInterrupted = false;
  let held: string[] = [];
  let message = "";
  async function* stream(
    request: ChatCompletionRequestStreaming,
  ): AsyncGenerator<ChatCompletionChunk> {
    isInterrupted = false;
    const said = flatten(request.messages);
    const isReused = held.length > 0 && held.join("\n") === said.slice(0, -1).join("\n");
    const prefilled = isReused ? said.slice(-1) : said;
    held = [];
    const words = wordsOf(request);
    const stops = [request.stop ?? []].flat();
    if (said.join(" ").split(" ").length > CONTEXT_TOKENS) throw contextError();
    let text = "";
    let count = 0;
    let isStopped = false;
    let finish: "stop" | "length" | "abort" = "stop";
    for (const word of words.length === 0 ? ["ok"] : words) {
      if (isInterrupted) finish = "abort";
      if (count === request.max_tokens) finish = "length";
      if (finish !== "stop") break;
      onDispatch();
      await runWord(word);
      count += 1;
      const shownChars = text.length;
      text += count === 1 ? word : ` ${word}`;
      const stop = stops.find((one) => text.includes(one));
      if (stop !== undefined) text = text.slice(0, text.lastIndexOf(stop));
      const content = text.slice(shownChars);
      yield chunkOf([{ delta: { content }, finish_reason: null, index: 0 }]);
      isStopped = stop !== undefined;
      if (isStopped) break;
    }
    message = text;
    if (finish === "stop") held = [...said, `assistant:${text}`];
    if (finish === "stop" && !isStopped) count += 1; // The token that says so.
    yield chunkOf([{ delta: {}, finish_reason: finish, index: 0 }]);
    const prompt = prefilled.join(" ").split(" ").length;
    yield { ...chunkOf([]), usage: usageOf(prompt, count) };
  }
  const create = (request: ChatCompletionRequestStreaming) => Promise.resolve(stream(request));
  return {
    async reload() {
      onReport({ progress: 0.5, timeElapsed: 0, text: "Loading model from cache[1/2]" });
      await pause(WORD_MS);
      onReport({ progress: 1, timeElapsed: 0, text: "Finish loading" });
    },
    unload: () => Promise.resolve(),
    interruptGenerate: () => {
      isInterrupted = true;
    },
    getMessage: () => Promise.resolve(message),
    chat: { completions: { create } } as unknown as Engine["chat"],
  };
}

function wordsOf(request: ChatCompletionRequestStreaming): readonly string[] {
  const [verb, ...words] = textOf(request.messages.at(-1) as Messages[number]).split(" ");
  // A schema of these tests allows this, whatever else it allows.
  if (request.response_format?.type === "json_object") return ['{"tool":', '"none"}'];
  const texts = request.response_format?.grammar?.match(/"(?:[^"\\]|\\.)*"/g);
  if (texts === null || texts === undefined || verb === "ignore") return words;
  const chosen = texts[(request.seed ?? 0) % texts.length] ?? "";
  return (JSON.parse(chosen) as string).split(" ");
}

function contextError(): Error {
  return Object.assign(new Error("too long"), { name: "ContextWindowSizeExceededError" });
}

async function runWord(word: string): Promise<void> {
  if (word === "throw") throw new Error("Module has already been disposed");
  if (word === "lose") await loseDevice();
  // A prefill or a kernel that does not return: nothing reads the interrupt flag meanwhile.
  if (word === "hang") await new Promise<void>(() => undefined);
  await pause(word === "wait" ? WAIT_MS : WORD_MS);
}

/** A real device of this worker goes away, as far as a page can make it. */
async function loseDevice(): Promise<void> {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter?.requestDevice();
  device?.destroy();
  await new Promise<void>(() => undefined);
}

function chunkOf(choices: ChatCompletionChunk.Choice[]): ChatCompletionChunk {
  return { id: "s", object: "chat.completion.chunk", created: 0, model: "scripted", choices };
}

function usageOf(prompt: number, completion: number): NonNullable<ChatCompletionChunk["usage"]> {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    extra: {
      e2e_latency_s: 0,
      prefill_tokens_per_s: 0,
      decode_tokens_per_s: 0,
      time_to_first_token_s: 0,
      time_per_output_token_s: 0,
    },
  };
}

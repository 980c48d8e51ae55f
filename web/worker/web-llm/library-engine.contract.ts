/**
 * The engine object of the installed web-llm itself, with a scripted model in the place of the
 * compiled one: queue, streams, interrupts, the rule of reuse and the conversations are the
 * library's own code; tokens are words and cost nothing.
 *
 * What the model's side does at a token (stop words, limits, the text that is kept, what is
 * counted) is written after what was read in `LLMChatPipeline` of 0.2.86.
 */

import { MLCEngine } from "@mlc-ai/web-llm";
import { ok } from "#shared/base/mod.ts";
import type { WebLlmLibrary } from "./back-end.ts";

const END = "<end>";

/** The parts of the library's `Conversation` that a pipeline calls. */
interface Conversation {
  appendMessage(role: string, text: string, name?: string): void;
  appendReplyHeader(role: string): void;
  finishReply(text: string): void;
  getPromptArray(config: unknown): readonly string[];
  getPromptArrayLastRound(config: unknown): readonly string[];
}

interface Limits {
  readonly max_tokens?: number;
  readonly stop?: string | readonly string[];
}

export interface ScriptedModel {
  /** What the coming replies say, a token a word; each then ends by itself. */
  readonly replies: string[][];
  /** Tokens in the cache. */
  readonly cacheTokens: number;
  /** Tokens read, by prefill. */
  readonly prefills: readonly number[];
  /** Called before each token of a reply. */
  onToken: () => void;
}

const CHAT_CONFIG = {
  conv_template: {
    system_template: "{system_message}\n",
    system_message: "You help.",
    roles: { user: "user", assistant: "assistant", tool: "tool" },
    role_templates: { user: "{user_message}", assistant: "{assistant_message}" },
    role_content_sep: ": ",
    role_empty_sep: ": ",
    seps: ["\n"],
    stop_str: [],
    stop_token_ids: [],
  },
};

const countWords = (texts: readonly string[]): number =>
  texts.join(" ").split(/\s+/).filter((word) => word !== "").length;

class ScriptedPipeline implements ScriptedModel {
  readonly replies: string[][] = [];
  readonly prefills: number[] = [];
  onToken: () => void = () => undefined;
  cacheTokens = 0;
  #conversation: Conversation | undefined;
  #said: string[] = [];
  #message = "";
  #words: string[] = [];
  #finish: "stop" | "length" | "abort" | undefined;
  #sampled = 0;

  getSupportedInputKinds = () => undefined;
  getConversationObject = () => this.#conversation ?? { messages: [] };
  setConversation = (conversation: Conversation) => void (this.#conversation = conversation);
  getFinishReason = () => this.#finish;
  getMessage = () => this.#message;
  stopped = () => this.#finish !== undefined;
  setSeed = () => undefined;
  getCurRoundCompletionTotalTokens = () => this.#sampled;
  getCurRoundDecodingTotalTokens = () => this.#sampled - 1;
  getCurRoundPrefillTotalTokens = () => this.prefills.at(-1) ?? 0;
  getCurRoundPrefillTotalTime = () => 0;
  getCurRoundDecodingTotalTime = () => 0;
  getCurRoundPrefillTokensPerSec = () => 0;
  getCurRoundDecodingTokensPerSec = () => 0;
  getCurRoundGrammarInitTotalTime = () => 0;
  getCurRoundGrammarPerTokenTotalTime = () => 0;
  getCurRoundLatencyBreakdown = () => undefined;

  resetChat() {
    this.cacheTokens = 0;
    this.#finish = undefined;
  }

  async prefillStep(text: string, _role: unknown, name: string | undefined, limits: Limits) {
    const conversation = this.#conversation;
    if (conversation === undefined) throw new Error("there is no conversation");
    this.#finish = undefined;
    this.#said = [];
    this.#message = "";
    this.#sampled = 0;
    this.#words = [...this.replies.shift() ?? ["well"]];
    conversation.appendMessage("user", text, name);
    conversation.appendReplyHeader("assistant");
    const parts = this.cacheTokens === 0
      ? conversation.getPromptArray(CHAT_CONFIG)
      : conversation.getPromptArrayLastRound(CHAT_CONFIG);
    this.prefills.push(countWords(parts));
    this.cacheTokens += countWords(parts);
    this.#take(limits);
  }

  /** Yields to other work first, as a GPU does. */
  async decodeStep(limits: Limits) {
    await new Promise((resolve) => setTimeout(resolve));
    this.cacheTokens += 1;
    this.#take(limits);
  }

  triggerStop() {
    if (this.#finish !== undefined) return;
    this.#finish = "abort";
    this.#conversation?.finishReply(this.#message);
  }

  #take({ max_tokens: tokensMax = Infinity, stop = [] }: Limits) {
    this.onToken();
    const word = this.#words.shift() ?? END;
    this.#sampled += 1;
    if (word === END) this.#finish = "stop";
    else this.#said.push(word);
    this.#message = this.#said.join(" ");
    const at = [stop].flat().map((one) => this.#message.lastIndexOf(one)).find((one) => one >= 0);
    if (at !== undefined) {
      this.#message = this.#message.slice(0, at);
      this.#finish = "stop";
    }
    if (this.#said.length >= tokensMax) this.#finish = "length";
    if (this.#finish !== undefined) this.#conversation?.finishReply(this.#message);
  }
}

/** First come, first served, as the library's own, which it does not give away. */
function createLock() {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  return {
    acquire: () =>
      isTaken
        ? new Promise<void>((resolve) => waiting.push(resolve))
        : Promise.resolve(void (isTaken = true)),
    release() {
      const next = waiting.shift();
      if (next === undefined) isTaken = false;
      else next();
      return Promise.resolve();
    },
  };
}

/** What is reached into: private by declaration, plain members at run time. */
interface Inside {
  reload(modelId: string): Promise<void>;
  getLLMStates(): readonly unknown[];
  readonly loadedModelIdToLock: Map<string, unknown>;
  readonly loadedModelIdToModelType: Map<string, unknown>;
}

export interface LibraryEngine {
  readonly engine: MLCEngine;
  readonly model: ScriptedModel;
  /** The same as the adapter's library. */
  readonly library: WebLlmLibrary;
}

export function openLibraryEngine(modelId: string): LibraryEngine {
  const engine = new MLCEngine({ logLevel: "SILENT" });
  const model = new ScriptedPipeline();
  let dispatches = 0;
  const inside = engine as unknown as Inside;
  inside.getLLMStates = () => [modelId, model, CHAT_CONFIG];
  inside.loadedModelIdToLock.set(modelId, createLock());
  inside.loadedModelIdToModelType.set(modelId, 0); // A text model.
  inside.reload = () => Promise.resolve();
  const library: WebLlmLibrary = {
    findModel: () => ({
      model: "https://hub.invalid/owner/scripted",
      modelLib: "https://lib.invalid/s.wasm",
    }),
    libraryPrefix: "https://lib.invalid/",
    createEngine: () => engine,
    inspectDevice: () =>
      Promise.resolve({
        webgpu: "hardware",
        adapter: "Scripted GPU",
        features: [],
        bufferBytesMax: 2 ** 30,
        storageBytesFree: undefined,
        memoryGiB: undefined,
      }),
    warmCache: () => Promise.resolve(ok(undefined)),
    dispatchCount: () => dispatches++,
  };
  return { engine, model, library };
}

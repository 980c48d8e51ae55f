/**
 * The models behind the server for tests: one that learns letters from a page of text in a
 * millisecond, and the real starter.
 *
 * A model gives weights for the next piece of text; sampling by a seed is the same for both.
 */

import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

/** One reply that is being made. */
export interface Reply {
  /** The next piece of text, or undefined when the model ends the reply. */
  next(chance: () => number, temperature: number): Promise<string | undefined>;
}

export interface TextModel {
  /** Prompt and reply together, whatever the server was told. */
  readonly contextTokens: number;
  countTokens(text: string): number;
  /** `alternatives`: the reply is exactly one of these texts. Undefined where it cannot be held. */
  open(prompt: string, alternatives: readonly string[] | undefined): Promise<Reply | undefined>;
}

/** A reproducible stream of numbers in [0, 1) from a seed (mulberry32). */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LESSON =
  `The harbour wakes before the town. Ada counts the boats and writes them down, one line
for each, while Tom brings coffee and talks of the weather. Nobody hurries. When the fog lifts they
can see the lighthouse, and beyond it the islands, seven of them on a clear day. Ada says that the
eighth is only a cloud. Tom has been there, he says, and it had a garden with apple trees.`;

const ORDER = 4;

/** Counts which letter follows which letters; a letter is a token. It never ends a reply itself. */
export function createLetterModel(): TextModel {
  const followers = new Map<string, Map<string, number>>();
  const text = `${LESSON} `.replace(/\n/g, " ");
  for (let index = 0; index < text.length; index += 1) {
    for (let order = 0; order <= Math.min(ORDER, index); order += 1) {
      const context = text.slice(index - order, index);
      const counts = followers.get(context) ?? new Map<string, number>();
      const letter = text[index] ?? "";
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
      followers.set(context, counts);
    }
  }
  const weightsAfter = (said: string): Map<string, number> => {
    for (let order = ORDER; order > 0; order -= 1) {
      const found = followers.get(said.slice(-order));
      if (found !== undefined && said.length >= order) return found;
    }
    return followers.get("") ?? new Map<string, number>();
  };
  return {
    contextTokens: Infinity,
    countTokens: (prompt) => [...prompt].length,
    open(prompt, alternatives) {
      let said = "";
      const next = (chance: () => number, temperature: number): string | undefined => {
        const weights = weightsAfter(prompt + said);
        const allowed = alternatives === undefined ? weights : allowedAfter(alternatives, said);
        if (allowed.size === 0) return undefined;
        const letters = [...allowed.keys()];
        const piece = draw(letters, letters.map((one) => weights.get(one) ?? 0.01), {
          chance,
          temperature,
        });
        said += piece;
        return piece === "" ? undefined : piece;
      };
      return Promise.resolve({
        next: (chance, temperature) => Promise.resolve(next(chance, temperature)),
      });
    },
  };
}

/** The letters that lead to an alternative; "" where one is whole. */
function allowedAfter(alternatives: readonly string[], said: string): Map<string, number> {
  const open = alternatives.filter((one) => one.startsWith(said));
  return new Map(open.map((one) => [one.slice(said.length, said.length + 1), 1]));
}

function draw(
  pieces: readonly string[],
  weights: readonly number[],
  { chance, temperature }: { readonly chance: () => number; readonly temperature: number },
): string {
  if (temperature === 0) return pieces[weights.indexOf(Math.max(...weights))] ?? "";
  const sharp = weights.map((weight) => weight ** (1 / temperature));
  let left = chance() * sharp.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of sharp.entries()) {
    left -= weight;
    if (left < 0) return pieces[index] ?? "";
  }
  return pieces.at(-1) ?? "";
}

/** What of `web/models/starter/runtime.mjs` is used here. */
interface StarterRuntime {
  loadStarter(folder: string): Promise<Starter>;
  isStutter(
    said: readonly number[],
    token: number,
    decode: (ids: readonly number[]) => string,
  ): boolean;
}

interface Starter {
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
  emptyCache(): Record<string, unknown>;
  feeds(fresh: readonly number[], length: number, past: Record<string, unknown>): unknown;
  readonly session: {
    run(feeds: unknown): Promise<Record<string, { readonly data: Float32Array }>>;
  };
}

const END_TOKEN = 1;
const STARTER_CONTEXT_TOKENS = 512;

/** The starter as it ships, on onnxruntime's wasm; files and runtime are found by path. */
export async function loadStarterModel(root: string): Promise<TextModel> {
  const folder = join(root, "web/models/starter");
  const runtimePath = join(folder, "runtime.mjs");
  const { loadStarter, isStutter } = await import(
    pathToFileURL(runtimePath).href
  ) as StarterRuntime;
  const starter = await loadStarter(join(folder, "files"));
  return {
    contextTokens: STARTER_CONTEXT_TOKENS,
    countTokens: (prompt) => starter.encode(prompt).length,
    open(prompt, alternatives) {
      if (alternatives !== undefined) return Promise.resolve(undefined);
      const said: number[] = [];
      let fresh = starter.encode(prompt);
      let length = 0;
      let past = starter.emptyCache();
      let shown = "";
      const next = async (
        chance: () => number,
        temperature: number,
      ): Promise<string | undefined> => {
        length += fresh.length;
        const result = await runStarter(starter, starter.feeds(fresh, length, past));
        past = Object.fromEntries(
          Object.entries(result).filter(([name]) => name !== "logits")
            .map(([name, tensor]) => [name.replace("present", "past_key_values"), tensor]),
        );
        const logits = result["logits"]?.data ?? new Float32Array();
        // In a prompt of a form it does not know it may want to say nothing: then no test could
        // tell a lost reply from none.
        if (shown.trim() === "") logits[END_TOKEN] = -Infinity;
        let token = pickToken(logits, chance, temperature);
        while (isStutter(said, token, (ids) => starter.decode(ids))) {
          logits[token] = -Infinity;
          token = pickToken(logits, chance, temperature);
        }
        if (token === END_TOKEN) return undefined;
        said.push(token);
        fresh = [token];
        const whole = starter.decode(said);
        const piece = whole.slice(shown.length);
        shown = whole;
        return piece;
      };
      return Promise.resolve({ next });
    },
  };
}

let running: Promise<unknown> = Promise.resolve();

/** One at a time: the session takes no second call while one runs. */
async function runStarter(
  { session }: Starter,
  feeds: unknown,
): Promise<Record<string, { readonly data: Float32Array }>> {
  const { run } = session;
  const mine = running.then(() => run.call(session, feeds));
  running = mine.catch(() => undefined);
  return await mine;
}

function pickToken(logits: Float32Array, chance: () => number, temperature: number): number {
  let best = 0;
  for (const [index, logit] of logits.entries()) if (logit > (logits[best] ?? 0)) best = index;
  if (temperature === 0) return best;
  const top = logits[best] ?? 0;
  const weights = Array.from(logits, (logit) => Math.exp((logit - top) / temperature));
  let left = chance() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  return best;
}

/** The repository: this process is started in it. */
export const rootFolder = (): string => process.cwd();

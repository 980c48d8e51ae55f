/**
 * Chooses the next token: seeded, so that the same request gives the same reply on the same lane.
 *
 * Pure but for the generator's own state.
 */

import type { ChoiceOptions } from "../choice-trie.ts";

/** A stream of numbers in [0, 1) that depends on the seed alone (splitmix32: 32 bits of state). */
export function createSampler(seed: number): () => number {
  // Seeds beyond 32 bits keep their upper half by folding it in.
  let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

export function greedyToken(logits: Float32Array): number {
  let best = 0;
  for (let token = 1; token < logits.length; token += 1) {
    if ((logits[token] ?? 0) > (logits[best] ?? 0)) best = token;
  }
  return best;
}

/**
 * Logits this far below the best (at temperature 1) weigh under 1e-9 and are left out of the sort.
 */
const LOGIT_SPAN = 20;

/** Draws from the smallest set of likeliest tokens whose share reaches `topP`. */
export function sampleToken(
  logits: Float32Array,
  temperature: number,
  topP: number,
  next: () => number,
): number {
  const best = greedyToken(logits);
  if (temperature === 0) return best;
  const peak = logits[best] ?? 0;
  const candidates: { readonly token: number; readonly weight: number }[] = [];
  let total = 0;
  for (let token = 0; token < logits.length; token += 1) {
    const below = peak - (logits[token] ?? 0);
    if (!(below <= LOGIT_SPAN * temperature)) continue;
    const weight = Math.exp(-below / temperature);
    candidates.push({ token, weight });
    total += weight;
  }
  candidates.sort((a, b) => b.weight - a.weight || a.token - b.token);
  let kept = 0;
  let count = 0;
  for (const { weight } of candidates) {
    kept += weight;
    count += 1;
    if (kept >= topP * total) break;
  }
  let point = next() * kept;
  for (const { token, weight } of candidates.slice(0, count)) {
    point -= weight;
    if (point < 0) return token;
  }
  return best; // Rounding left a crumb at the end.
}

/**
 * Draws one of `tokens` as if the model knew no others (IN15), or undefined for the end where it
 * may end. The end weighs as much as all other tokens together (IN16): whatever else the model
 * would say behind a name, a comma or a colon, it has ended the name.
 */
export function sampleAmong(
  { tokens, mayEnd }: ChoiceOptions,
  logits: Float32Array,
  { temperature, topP }: { readonly temperature: number; readonly topP: number },
  next: () => number,
): number | undefined {
  const weights = tokens.map((token) => logits[token] ?? -Infinity);
  if (mayEnd) weights.push(logitOfOthers(logits, new Set(tokens)));
  return tokens[sampleToken(Float32Array.from(weights), temperature, topP, next)];
}

/** The logit of a token that would weigh as much as all that are not in `tokens`. */
function logitOfOthers(logits: Float32Array, tokens: ReadonlySet<number>): number {
  const peak = logits[greedyToken(logits)] ?? 0;
  let total = 0;
  for (let token = 0; token < logits.length; token += 1) {
    if (!tokens.has(token)) total += Math.exp((logits[token] ?? 0) - peak);
  }
  return peak + Math.log(total);
}

/** True for logits no model should make: a broken kernel or a lost device, never a choice. */
export function hasBadLogits(logits: Float32Array): boolean {
  return logits.length === 0 || logits.some((value) => Number.isNaN(value));
}

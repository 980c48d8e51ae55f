/**
 * What this device has learned of each model: how often it took the engine down, and how fast it
 * speaks. Pure; kept as one text among the settings.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY135 Ends of the engine that nobody asked for are counted for the model that ran, and the
 *         speed of its last reply is remembered, over reloads; both are shown with the model.
 */

import type { EngineView } from "../app-client.ts";

export interface ModelPast {
  /** Ends of the engine with this model in it that nobody asked for. */
  readonly crashes: number;
  /** Of its last reply; undefined before the first. */
  readonly tokensPerS: number | undefined;
}

export type ModelHistory = Readonly<Record<string, ModelPast>>;

/** Counted up to here; "often" is all that more would say. */
const CRASHES_MAX = 99;

/** Ends that are no fault of a model on this device. */
const NOT_THE_MODELS: ReadonlySet<string> = new Set([
  ...["host-unreachable", "access-denied", "not-downloaded", "storage-full", "model-unknown"],
]);

/** The same history when there is no news. `before` is the view that came before `view`. */
export function learn(
  history: ModelHistory,
  before: EngineView | undefined,
  view: EngineView,
): ModelHistory {
  const { modelId, restarts } = view;
  if (modelId === "") return history;
  const past = history[modelId] ?? { crashes: 0, tokensPerS: undefined };
  const lastAtMs = before?.modelId === modelId ? before.restarts.at(-1)?.atMs ?? 0 : Infinity;
  const fresh =
    restarts.filter(({ atMs, reason }) => atMs > lastAtMs && !NOT_THE_MODELS.has(reason)).length;
  const crashes = Math.min(CRASHES_MAX, past.crashes + fresh);
  const measured = view.phase === "ready" ? view.tokensPerS : undefined;
  const tokensPerS = measured === undefined ? past.tokensPerS : Math.round(measured * 10) / 10;
  if (crashes === past.crashes && tokensPerS === past.tokensPerS) return history;
  return { ...history, [modelId]: { crashes, tokensPerS } };
}

export function encodeHistory(history: ModelHistory): string {
  return JSON.stringify(history);
}

/** What does not decode was learned by another version, and is learned anew. */
export function decodeHistory(text: string | undefined): ModelHistory {
  const value = parseJson(text ?? "{}");
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value as Readonly<Record<string, Partial<ModelPast> | null>>);
  return Object.fromEntries(entries.flatMap(([id, past]) => {
    const crashes = past?.crashes;
    if (typeof crashes !== "number" || !Number.isSafeInteger(crashes)) return [];
    const speed = past?.tokensPerS;
    return [[id, { crashes, tokensPerS: typeof speed === "number" ? speed : undefined }]];
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // See decodeHistory.
  }
}

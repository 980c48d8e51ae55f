/**
 * Endpoints that a person added to this page: what is stored of one, shown of one, and offered of
 * it. Pure.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN90  A key is in what is stored and in nothing that is shown.
 *   IN95  An endpoint's model is told apart from all others by its name and its host, and is
 *         offered with the context that was told or entered for it.
 *   RM57  An endpoint's model sees images where its list says so, or else where a person does.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  openProvider,
  placeOf,
  type Provider,
  readBase,
  wireLimits,
} from "#shared/endpoints/mod.ts";
import type { EndpointPlace, ModelProfile } from "#shared/inference/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";

export interface EndpointModel {
  readonly name: string;
  readonly contextTokens: number;
  /** As the server or the person says; absent where it takes no images (RM57). */
  readonly seesImages?: true;
}

/** What a person enters. */
export interface EndpointDraft {
  readonly name: string;
  /** Up to and with the version, such as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** Absent where none is asked for. */
  readonly key?: string;
  readonly slots: number;
  /** Absent: found out (IN92). */
  readonly constrainsJson?: boolean;
  readonly models: readonly EndpointModel[];
}

/** An accepted draft; `baseUrl` ends in a slash and is the endpoint's identity. */
export type StoredEndpoint = EndpointDraft;

/** What screens see. */
export interface EndpointView extends EndpointPlace {
  readonly id: string;
  readonly name: string;
  readonly hasKey: boolean;
  readonly slots: number;
  /** Ids of its models in the catalogue. */
  readonly modelIds: readonly string[];
}

export type EndpointReason =
  | "address-invalid"
  | "name-invalid"
  | "slots-invalid"
  | "key-invalid"
  | "key-in-the-clear"
  | "models-invalid"
  | "endpoints-full";

export interface EndpointRefused {
  readonly kind: "endpoint-refused";
  readonly reason: EndpointReason;
}

export const endpointsLimits = Object.freeze({
  /** 16 x (64 models x 100 bytes + a key of 4 KiB) = 170 KiB in one row of the database. */
  endpointsMax: 16,
  modelsMax: 64,
  /** Below this the cast and the newest lines do not fit. */
  contextTokensMin: 512,
  /** Where neither the list nor the person says: what Ollama serves by itself. */
  contextTokensDefault: 4_096,
  slotsLocal: 1,
  slotsCloud: 2,
});

const KEY = "key";
/** Replies of a chat; longer ones are cut (`length`). */
const REPLY_TOKENS_MAX = 512;
/** The only host known to refuse the older name of the field. */
const NEWER_FIELD_HOST = "api.openai.com";

/** The id of a model in this page's catalogue, and in its rooms; undefined where it is too long. */
export function modelIdOf(name: string, host: string): string | undefined {
  const id = `${name}@${host}`; // IN95
  return name !== "" && id.length <= protocolLimits.idCharsMax ? id : undefined;
}

/** The accepted form of a draft, with its provider, or the first reason against it. */
export function acceptDraft(
  draft: EndpointDraft,
): Result<{ readonly stored: StoredEndpoint; readonly provider: Provider }, EndpointRefused> {
  const refuse = (reason: EndpointReason) => err({ kind: "endpoint-refused" as const, reason });
  const base = readBase(draft.baseUrl.trim());
  if (!base.ok) return refuse("address-invalid");
  const name = draft.name.trim();
  if (name === "" || name.length > protocolLimits.nameCharsMax) return refuse("name-invalid");
  const key = draft.key?.trim() ?? "";
  const { host } = base.value;
  if (!areModels(draft.models, host)) return refuse("models-invalid");
  const { slots, constrainsJson, models } = draft;
  const baseUrl = base.value.href;
  const set = constrainsJson === undefined ? {} : { constrainsJson };
  const opened = openProvider({
    ...{ name: host, baseUrl, slots, ...set },
    ...key === "" ? {} : { keyVariable: KEY },
    ...host === NEWER_FIELD_HOST ? { tokensField: "max_completion_tokens" } : {},
  }, () => key);
  if (!opened.ok) {
    const kind = opened.error[0]?.kind ?? "address-invalid";
    return refuse(kind === "key-missing" ? "key-invalid" : kind);
  }
  const stored = { name, baseUrl, slots, models, ...set, ...key === "" ? {} : { key } };
  return ok({ stored, provider: opened.value });
}

function areModels(models: readonly EndpointModel[], host: string): boolean {
  const { contextTokensMin, modelsMax } = endpointsLimits;
  const names = new Set(models.map((one) => one.name));
  return models.length <= modelsMax && names.size === models.length &&
    models.every(({ name, contextTokens }) =>
      modelIdOf(name, host) !== undefined && Number.isSafeInteger(contextTokens) &&
      contextTokens >= contextTokensMin && contextTokens <= wireLimits.contextTokensMax
    );
}

/** Of an accepted one (IN90). */
export function viewOf({ name, baseUrl, key, slots, models }: StoredEndpoint): EndpointView {
  const place = placeOf(new URL(baseUrl));
  const modelIds = models.map((one) => modelIdOf(one.name, place.host))
    .filter((id) => id !== undefined);
  return { id: baseUrl, name, hasKey: key !== undefined, slots, modelIds, ...place };
}

/** The catalogue's rows of an accepted one. What is not known of a model counts as nothing. */
export function profilesOf({ baseUrl, models }: StoredEndpoint): readonly ModelProfile[] {
  const endpoint = placeOf(new URL(baseUrl));
  return models.map(({ name, contextTokens, seesImages }) => ({
    ...{ id: modelIdOf(name, endpoint.host) ?? name, engine: "openai", name, contextTokens },
    ...{ goodFor: "", licence: "", parameters: 0, downloadBytes: 0, memoryBytes: 0 },
    ...{ requiredFeatures: [], needsWebGpu: false, promptFormat: "chat", embedded: false },
    replyTokensMax: Math.min(REPLY_TOKENS_MAX, Math.floor(contextTokens / 4)),
    ...{ temperature: 0.8, topP: 0.95, endpoint },
    ...seesImages === undefined ? {} : { seesImages },
  }));
}

export function encodeEndpoints(endpoints: readonly StoredEndpoint[]): string {
  return JSON.stringify(endpoints);
}

/** Undefined for a row that does not hold what was stored. */
export function decodeEndpoints(text: string | undefined): readonly StoredEndpoint[] | undefined {
  if (text === undefined) return [];
  const rows = parseRows(text);
  if (rows === undefined) return undefined;
  const read = rows.map((row) => acceptDraft(row));
  return read.every((one) => one.ok) ? read.map((one) => one.value.stored) : undefined;
}

function parseRows(text: string): readonly EndpointDraft[] | undefined {
  try {
    const rows: unknown = JSON.parse(text);
    return Array.isArray(rows) && rows.every(isDraft) ? rows : undefined;
  } catch { // It throws for nothing but text that is not JSON.
    return undefined;
  }
}

/** Of the right types; whether the values are right is `acceptDraft`'s to say. */
function isDraft(value: unknown): value is EndpointDraft {
  if (typeof value !== "object" || value === null) return false;
  const { name, baseUrl, key, slots, constrainsJson, models } = value as Partial<EndpointDraft>;
  const isOptional = (one: unknown, type: string): boolean =>
    one === undefined || typeof one === type;
  return typeof name === "string" && typeof baseUrl === "string" && typeof slots === "number" &&
    isOptional(key, "string") && isOptional(constrainsJson, "boolean") && Array.isArray(models) &&
    models.every((one: unknown) =>
      typeof one === "object" && one !== null && "name" in one && typeof one.name === "string" &&
      "contextTokens" in one && (!("seesImages" in one) || one.seesImages === true)
    );
}

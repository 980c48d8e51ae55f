/**
 * A provider: one endpoint, its key and its slots, shared by every engine that runs there.
 *
 * Owns the key, which no member shows: it leaves only in the header of a request to this endpoint.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN35  A key comes from the environment variable that the settings name, goes to its endpoint
 *         alone, over TLS or to this machine, follows no redirect, and stands in no log, error or
 *         status.
 *   IN38  The engines of one provider share its slots: a request beyond them fails `busy`.
 */

import { err, ok, type Result } from "../base/mod.ts";
import type { EndpointPlace } from "../inference/mod.ts";
import { isPrivateLine, placeOf, readBase } from "./address.ts";
import { wireLimits } from "./limits.ts";

export interface ProviderConfig {
  /** Such as `openai`: what the planner counts places by. */
  readonly name: string;
  /** Up to and with the version, such as `https://models.example/v1`. */
  readonly baseUrl: string;
  /**
   * Under which name the key is read: a host's environment variable. Undefined where none is asked
   * for.
   */
  readonly keyVariable?: string;
  readonly slots: number;
  /**
   * Whether the endpoint keeps a reply to a `json_schema` response format. Absent: each model is
   * asked once (IN92).
   */
  readonly constrainsJson?: boolean;
  /** Newer models of OpenAI know `max_completion_tokens` only. Default `max_tokens`. */
  readonly tokensField?: "max_tokens" | "max_completion_tokens";
}

export type ProviderRefusal =
  | { readonly kind: "address-invalid"; readonly detail: string }
  | { readonly kind: "slots-invalid"; readonly slotsMax: number }
  | { readonly kind: "key-missing"; readonly variable: string }
  | { readonly kind: "key-invalid"; readonly variable: string }
  | { readonly kind: "key-in-the-clear"; readonly host: string };

export interface Provider {
  readonly name: string;
  readonly host: string;
  readonly place: EndpointPlace;
  readonly slots: number;
  /** What was found out, by model name: whether its replies keep to a schema (IN92). */
  readonly constrains: Map<string, boolean>;
  /** What is set for all its models. */
  readonly constrainsJson: boolean | undefined;
  readonly tokensField: "max_tokens" | "max_completion_tokens";
  /** `path` such as `chat/completions`, below the base. */
  urlOf(path: string): string;
  headers(): Readonly<Record<string, string>>;
  /** Takes the key out of an endpoint's words. */
  redact(text: string): string;
  /** A slot to give back once, or undefined when all are taken (IN5). */
  takeSlot(): Disposable | undefined;
  /** Monotonic time until which the endpoint asked not to be asked. */
  busyUntilMs: number;
}

/** Answers with every reason against these settings. */
export function openProvider(
  config: ProviderConfig,
  readVariable: (name: string) => string | undefined,
): Result<Provider, readonly ProviderRefusal[]> {
  const reasons: ProviderRefusal[] = [];
  const read = readBase(config.baseUrl);
  const base = read.ok ? read.value : undefined;
  if (!read.ok) reasons.push({ kind: "address-invalid", detail: read.error });
  const { slotsMax } = wireLimits;
  if (!Number.isSafeInteger(config.slots) || config.slots < 1 || config.slots > slotsMax) {
    reasons.push({ kind: "slots-invalid", slotsMax });
  }
  const variable = config.keyVariable;
  const key = variable === undefined ? undefined : readVariable(variable)?.trim();
  if (variable !== undefined && (key === undefined || key === "")) {
    reasons.push({ kind: "key-missing", variable });
  } else if (variable !== undefined && key !== undefined && !isHeaderText(key)) {
    reasons.push({ kind: "key-invalid", variable });
  }
  if (variable !== undefined && base !== undefined && !isPrivateLine(base)) {
    reasons.push({ kind: "key-in-the-clear", host: base.host });
  }
  if (reasons.length > 0 || base === undefined) return err(reasons);
  return ok(createProvider(config, base, key));
}

function createProvider(config: ProviderConfig, base: URL, key: string | undefined): Provider {
  let taken = 0;
  const takeSlot = (): Disposable | undefined => {
    if (taken >= config.slots) return undefined;
    taken += 1;
    let isHeld = true;
    return {
      [Symbol.dispose]() {
        if (isHeld) taken -= 1;
        isHeld = false;
      },
    };
  };
  return {
    name: config.name,
    host: base.host,
    place: placeOf(base),
    slots: config.slots,
    constrains: new Map(),
    constrainsJson: config.constrainsJson,
    tokensField: config.tokensField ?? "max_tokens",
    urlOf: (path) => new URL(path, base).href,
    headers: () => ({
      "content-type": "application/json",
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    }),
    redact: (text) => key === undefined ? text : text.replaceAll(key, "***"),
    takeSlot,
    busyUntilMs: 0,
  };
}

function isHeaderText(key: string): boolean {
  return key.length <= wireLimits.keyCharsMax && /^[\x21-\x7e]+$/.test(key);
}

/** The limits of this relay: defaults, and the one setting that overrides them. Pure. */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { relayFrameLimits, type RelayLimits } from "#shared/protocol/mod.ts";
import { type VisitorLimits, visitorLimits } from "../http/visitor-limits.ts";
import { innerLimits, relayLimits } from "../relay/limits.ts";

export interface LimitSettings {
  readonly relayLimits: RelayLimits;
  readonly visitorLimits: VisitorLimits;
  /** Devices in one room. */
  readonly membersMax: number;
  /** The log of all rooms together, on the disk. */
  readonly storeBytesMax: number;
}

/** 256 rooms at their limit of 64 MiB; nobody's disk fills up overnight. */
const STORE_BYTES_MAX = 16 * 2 ** 30;

/** Values that are useless or dangerous beyond these: frames are JSON text in memory. */
const VALUE_MAX = 2 ** 40;
const FRAME_BYTES_MAX = 16 * 2 ** 20;
const VALUES_MAX: Readonly<Record<string, number>> = {
  frameBytesMax: FRAME_BYTES_MAX,
  /** What a client takes in one `joined`. */
  membersMax: relayFrameLimits.membersMax,
};

/** Reads CONCLAVE_RELAY_LIMITS, a JSON object of names and numbers. The error is for a person. */
export function readRelayLimits(
  text: string | undefined,
  visitorDefaults: VisitorLimits = visitorLimits,
): Result<LimitSettings, string> {
  const all: Record<string, number> = {
    ...relayLimits,
    ...visitorDefaults,
    membersMax: innerLimits.membersMax,
    storeBytesMax: STORE_BYTES_MAX,
  };
  const given = parseObject(text?.trim() || "{}");
  if (given === undefined) {
    return err(`Cannot use CONCLAVE_RELAY_LIMITS: it must be JSON such as {"joinMsMax": 5000}`);
  }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(all, name)) {
      return err(
        `Cannot use CONCLAVE_RELAY_LIMITS: there is no limit "${name}"; ` +
          `choose among ${Object.keys(all).join(", ")}`,
      );
    }
    const valueMax = VALUES_MAX[name] ?? VALUE_MAX;
    const isWhole = Number.isInteger(value) || name === "openingsPerS";
    if (typeof value !== "number" || !isWhole || !(value > 0 && value <= valueMax)) {
      return err(
        `Cannot use CONCLAVE_RELAY_LIMITS: "${name}" must be a whole number above 0, ` +
          `at most ${valueMax}`,
      );
    }
    all[name] = value;
  }
  return ok({
    relayLimits: pick(all, relayLimits),
    visitorLimits: pick(all, visitorDefaults),
    membersMax: all["membersMax"] ?? innerLimits.membersMax,
    storeBytesMax: all["storeBytesMax"] ?? STORE_BYTES_MAX,
  });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value as Record<string, unknown> : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function pick<T extends object>(all: Readonly<Record<string, number>>, names: T): T {
  return Object.fromEntries(Object.keys(names).map((name) => [name, all[name]])) as T;
}

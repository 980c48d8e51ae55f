/**
 * Settings of the relay on Cloudflare: variables and one secret of the Worker. Pure.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL90  Without its secret and its list of origins, or with a setting that cannot be used, the
 *         relay on Cloudflare takes no socket and says at `/healthz` which setting it is.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Bytes, LogLevel } from "#shared/ports/mod.ts";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import { parseOrigins } from "../../http/upgrade-decision.ts";
import type { VisitorLimits } from "../../http/visitor-limits.ts";
import { LOG_LEVELS } from "../error-log.ts";
import { readRelayLimits } from "../relay-limits.ts";
import { readRelaySecret } from "../relay-secret.ts";

export interface WorkerSettings {
  readonly origins: readonly string[];
  /** Makes the MACs of cursors; 32 bytes. */
  readonly secret: Bytes;
  readonly relayLimits: RelayLimits;
  readonly membersMax: number;
  /** Of each room's object. */
  readonly visitorLimits: VisitorLimits;
  readonly logLevel: LogLevel;
}

export type WorkerVariables = Readonly<Record<string, unknown>>;

/**
 * Of one room: its 256 members and as many that are about to join. The platform takes messages of
 * 32 MiB into an object of 128 MiB, so few may wait there whom nobody has let in yet.
 */
const roomVisitorLimits: VisitorLimits = Object.freeze({
  socketsMax: 512,
  socketsPerVisitorMax: 512,
  waitingPerVisitorMax: 32,
  openingsBurst: 300,
  openingsPerS: 10,
});

/** The error is for a person. */
export function readWorkerSettings(variables: WorkerVariables): Result<WorkerSettings, string> {
  const text = (name: string): string => {
    const value = variables[name];
    return typeof value === "string" ? value.trim() : "";
  };
  const secret = readRelaySecret(
    text("CONCLAVE_RELAY_SECRET"),
    `set by "wrangler secret put CONCLAVE_RELAY_SECRET"`,
  );
  if (!secret.ok) return secret;
  const origins = parseOrigins(text("CONCLAVE_ORIGINS"));
  if (!origins.ok || origins.value.length === 0) {
    return err(
      `Cannot use CONCLAVE_ORIGINS: it must list the origins of the page and of this relay, ` +
        `such as https://chat.example, https://relay.example`,
    );
  }
  const limits = readRelayLimits(text("CONCLAVE_RELAY_LIMITS"), roomVisitorLimits);
  if (!limits.ok) return limits;
  const level = text("CONCLAVE_LOG") || "warn";
  const logLevel = LOG_LEVELS.find((one) => one === level);
  if (logLevel === undefined) {
    return err(`Cannot use CONCLAVE_LOG "${level}": it is one of ${LOG_LEVELS.join(", ")}`);
  }
  const { relayLimits, visitorLimits, membersMax } = limits.value;
  return ok({
    ...{ origins: origins.value, secret: secret.value },
    ...{ relayLimits, visitorLimits, membersMax, logLevel },
  });
}

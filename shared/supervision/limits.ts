import type { RestartLimits } from "./restart-policy.ts";

export interface SupervisionLimits extends RestartLimits {
  readonly readyStallMsMax: number;
  readonly stopGraceMs: number;
  readonly reapMsMax: number;
  readonly exitsKeptMax: number;
  readonly eventsMax: number;
}

export const supervisionLimits: SupervisionLimits = Object.freeze({
  whenSpent: "give-up",
  /** Five restarts wait 0.5 + 1 + 2 + 4 + 8 = 15.5 s in all: to a person still one trouble. */
  restartsMax: 5,
  /** Wide enough for five restarts that each load a model for a minute before they die. */
  windowMs: 600_000,
  delayMsMin: 500,
  delayMsMax: 30_000,
  /** A third of the delay at most is chance, so that hosts of one outage do not return together. */
  jitterMax: 0.33,
  /** Ready for this long, and the next delay starts from `delayMsMin` again. */
  healthyUptimeMs: 60_000,
  /** Not ready and without progress for so long: a cold compile on a slow machine, twice. */
  readyStallMsMax: 120_000,
  /** Graceful end; a cancelled generation is acknowledged in 1 s, unloading takes the rest. */
  stopGraceMs: 3_000,
  /** A killed child that is still not gone after this is given up on, and reported. */
  reapMsMax: 1_000,
  /** Exits shown in the engine panel: 16 x about 200 bytes. */
  exitsKeptMax: 16,
  /** One merged command and one event per phase, with room for stale ones. */
  eventsMax: 16,
});

/**
 * For an engine behind an endpoint that somebody else runs: after the same five quick restarts one
 * every 20 to 30 s, 120 to 180 an hour, until it answers.
 */
export const endpointLimits: SupervisionLimits = Object.freeze({
  ...supervisionLimits,
  whenSpent: "keep-trying",
});

export const holdLimits = Object.freeze({
  /** Holds of one registry: one for each job of a plan. More are refused. */
  holdsMax: 4_096,
  /** Lanes of one gate: models, providers and the kinds of background work of a device. */
  lanesMax: 256,
  keyCharsMax: 256,
  /** 4,096 holds of this cost sum far below 2^53. */
  costUnitsMax: 1_000_000_000,
  /** A holder idle for this long waits behind nobody: a quarter of an hour unheard. */
  starvedAfterMs: 15 * 60_000,
});

export const throughputLimits = Object.freeze({
  /** Jobs of one plan: some 60 personas with 60 jobs each. More are refused. */
  jobsMax: 4_096,
  /** More than all lanes of a device and its providers run at once. */
  runningMax: 1_024,
  /** Four artefacts for each job. */
  artifactsMax: 16_384,
  /** 11 classes, 7 kinds of silicon and 200 pairs of class and provider. */
  budgetsMax: 256,
  dependencyKeysMax: 64,
  /** Ids, keys and names; content keys are 24 characters, ids under 64. */
  keyCharsMax: 256,
  /** Priorities lie between this and its negative. */
  priorityMax: 1_000,
  /** 5,120 jobs of this cost sum far below 2^53. */
  costUnitsMax: 1_000_000_000,
});

export interface SnapshotLimits {
  readonly entriesMax: number;
  readonly inputsMax: number;
  readonly alertsMax: number;
  readonly asksMax: number;
  readonly blocksMax: number;
  readonly blockCharsMax: number;
}

/** Of what a snapshot shows. Part of the protocol: both ends of it apply events alike. */
export const snapshotLimits: SnapshotLimits = Object.freeze({
  /** The newest entries; what is older is read from the store. 200 of 400 bytes are 80 kB. */
  entriesMax: 200,
  /** A persona's 64 live inputs (ledger) and as many that ended. Drop-oldest, ended ones first. */
  inputsMax: 128,
  /** Drop-oldest, counted. */
  alertsMax: 64,
  /** One call waits at a time; more are left by runs that are gone. Drop-oldest. */
  asksMax: 16,
  /** Text and thinking of the steps of one run. Drop-oldest. */
  blocksMax: 32,
  /** A message is at most 32 KiB. What is longer is not shown while it is made. */
  blockCharsMax: 32_768,
});

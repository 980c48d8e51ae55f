/** Limits of the processes behind engines. */

export const processLimits = Object.freeze({
  /** The end of a process's output that is kept for its last error: about 200 lines. */
  outputCharsMax: 16 * 1024,
  /** Of it, what a reason shows. */
  outputShownCharsMax: 2_000,
  /** After the exit, output that is still in the pipe may come; a grandchild may hold it open. */
  outputDrainMsMax: 300,
});

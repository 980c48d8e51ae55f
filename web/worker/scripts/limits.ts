export const scriptLimits = Object.freeze({
  /** Scripts kept on each side: the newest prompts of 8 rooms with 8 personas. */
  scriptsMax: 64,
  /** All kept scripts of one side, two bytes a UTF-16 unit: 8 of the longest prompts in ASCII. */
  scriptBytesMax: 8 * 1024 * 1024,
  /** A shorter run is sent again: naming it (`[12,12345,15],`) would cost as much. */
  copyCharsMin: 16,
});

export interface ScriptLimits {
  readonly scriptsMax: number;
  readonly scriptBytesMax: number;
  readonly copyCharsMin: number;
}

export const imageStoreLimits = Object.freeze({
  /** Kept on each side: 2 MiB at most, two messages with as many as they may have. */
  imagesMax: 8,
});

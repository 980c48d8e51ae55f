export const loreLimits = Object.freeze({
  /** Macros inside macros; deeper ones stay text. */
  macroDepthMax: 8,
  /** What a text may grow to by its macros, in UTF-16 units: later macros stay text. */
  macroCharsMax: 32_000,
  /** Of a die: `{{roll:d100}}` is the usual most. */
  rollSidesMax: 1_000_000,
  /** Instructions of one pattern, after counted repeats are written out. */
  patternCodeMax: 2_000,
  patternDepthMax: 12,
  patternRepeatMax: 200,
  /** Of the text that keys are sought in, in UTF-16 units: the newest. */
  scanCharsMax: 16_000,
  /**
   * One instruction at one character is a step. 60 to 220 ns each were measured on a cold engine
   * (decisions/0021), so that all patterns of a prompt together take at most a tenth of a second.
   */
  patternStepsMax: 500_000,
  /** Rounds in which entries wake others. */
  recursionsMax: 4,
});

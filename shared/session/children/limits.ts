export const childLimits = Object.freeze({
  /** Live children of one session. */
  childrenMax: 4,
  /** A child may spawn once more; its children may not. */
  depthMax: 2,
  /** Two pages of instructions. */
  taskCharsMax: 8_000,
  /** Of a child's answer in its parent's note; the rest is read by the tool. */
  reportCharsMax: 600,
  /** Of one reading of a child's output. */
  outputCharsMax: 8_000,
  /** Rules of one session. */
  rulesMax: 64,
  /** A tool's name, a pattern, a call's id. */
  nameCharsMax: 256,
});

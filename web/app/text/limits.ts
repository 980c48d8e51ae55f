/** What of a message is drawn as markdown; beyond it the message is shown as it was written. */
export const textLimits = Object.freeze({
  /**
   * A list of a thousand lines has 6,000. 10,000 make at most some 4,000 elements, which a slow
   * phone draws within a quarter of a second; a table of 2 KB can ask for 65,000 cells.
   */
  tokensMax: 10_000,
  /**
   * Quotes and lists in each other; a list counts twice. Four indents of 24 px and the hair lines
   * of the others leave a word's width on the narrowest screen (message.css).
   */
  depthMax: 20,
});

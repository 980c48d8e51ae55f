/** What of a message is drawn as markdown; beyond it the message is shown as it was written. */
export const textLimits = Object.freeze({
  /**
   * Lines that are not empty, before anything is parsed: 5,000 of one letter each take four times
   * what as many letters of prose do, and would be refused for their tokens afterwards.
   */
  linesMax: 4_000,
  /** Columns of a table. The parser fills each row up to as many as its head has. */
  columnsMax: 100,
  /** A message is never larger (protocol/limits.ts); in UTF-16 units. */
  charsMax: 32 * 1024,
  /**
   * A list of a thousand lines has 6,000. 10,000 make at most some 4,000 elements, which a slow
   * phone draws within a quarter of a second; a table of 2 KB can ask for 65,000 cells.
   */
  tokensMax: 10_000,
  /**
   * Elements of one message. A code block is ten of them, a link four: 2,000 empty code blocks
   * within the other limits took 0.13 s of a fast machine, and a message is drawn in one piece.
   */
  elementsMax: 4_000,
  /**
   * Marks of direction in one piece of text that are drawn as elements, where others are a sign;
   * and paragraphs of a message until the code of markdown is here, where more stand as one.
   */
  marksMax: 200,
  /** A word longer than this is laid out letter by letter: one of 32 KiB took seconds. */
  wordCharsMax: 400,
  /**
   * Quotes and lists in each other; a list counts twice. Four indents of 24 px and the hair lines
   * of the others leave a word's width on the narrowest screen (message.css).
   */
  depthMax: 20,
});

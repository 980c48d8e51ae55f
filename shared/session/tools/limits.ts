export interface ToolLimits {
  readonly toolsMax: number;
  readonly replyCharsMax: number;
  readonly candidatesMax: number;
  readonly resultCharsMax: number;
  readonly callMsMax: number;
  readonly askMsMax: number;
  readonly linesMax: number;
  readonly lineCharsMax: number;
  readonly notesMax: number;
  readonly taskCharsMax: number;
}

export const toolLimits: ToolLimits = Object.freeze({
  /** Five of the room and the notes, five of children, and room for as many again. Refuse. */
  toolsMax: 24,
  /** The beginning of a free reply that is read; 512 tokens at 16 characters. Drop-newest. */
  replyCharsMax: 8_192,
  /** Opening braces tried as the beginning of the JSON object. */
  candidatesMax: 32,
  /** What is kept of a result: four windows of the smallest model. Cut at the end, with a mark. */
  resultCharsMax: 16 * 1024,
  /** One call; searches and store reads are far below. */
  callMsMax: 30_000,
  /** How long a person is asked; then the call is denied. */
  askMsMax: 90_000,
  /** Lines of the room in one result. */
  linesMax: 20,
  /** Characters of one of them: 20 lines are within `resultCharsMax`. Cut in the middle. */
  lineCharsMax: 600,
  /** Notes that a persona may have by her own hand before she must forget one. Refuse. */
  notesMax: 64,
  /** A task for a child, or words to it. Refuse. */
  taskCharsMax: 2_000,
});

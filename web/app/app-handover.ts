/** A file on its way from the list of what was handed in to the room that was chosen for it. */
export interface Handover {
  readonly roomId: string;
  readonly as: "card" | "picture";
  readonly file: File;
  /** The room has it now: it need not wait in the list any more. */
  readonly onTaken: () => void;
}

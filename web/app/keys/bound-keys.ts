/**
 * Keys that a part of the page binds itself, because it must have them with its first paint. The
 * table shows these same names (`key-table.ts`), so that the help cannot say another key.
 */

/** Sends the message, saves an edit, takes what the picker offers. */
export const SEND_KEY = "Enter";
/** Closes what lies on top; where nothing does, it stops what is being written. */
export const ESCAPE_KEY = "Escape";

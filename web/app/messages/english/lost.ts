/** A room of which this browser lost something. */
export const lost = {
  "lost.messages": "The messages of this room are not in this browser any more",
  "lost.messages-text":
    "The room is still in the list, but nothing that was said in it is here. Browsers remove what pages store when space runs short, or when site data is cleared.",
  "lost.messages-do":
    "If you saved the room as a file, import it at the start: it becomes a new room. Then take this one out of the list.",
  "lost.keys": "This browser lost its key to this room",
  "lost.keys-text":
    "What was said is still here, but without the key it cannot be shown as this device's, and nothing can be sent or received.",
  "lost.keys-do":
    "Open an invite link of this room again: it comes back with all of its messages. Anybody who is in it can give you one.",
  "lost.to-start": "Go to the start",
  "lost.forget": "Take it out of the list",
} as const;

/** A room's options; comes with them (`addEnglish`), not with the page. */
export const roomOptions = {
  "room.heard": "Personas know only what they heard",
  "room.heard-hint":
    "Each persona is then told only what was said while it was in the cast. It hides nothing from people: every member of the room holds its key and can read everything.",
  "room.leave": "Leave room",
  "room.rename-save": "Save name",
  "room.delete": "Delete room",
  "room.delete-title": "Delete {name}?",
  "room.delete-text":
    "All messages and personas of this room are erased from this device. For ten seconds afterwards you can take that back.",
} as const;

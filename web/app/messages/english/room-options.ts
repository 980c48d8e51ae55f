/** A room's options; comes with them (`addEnglish`), not with the page. */
export const roomOptions = {
  "room.heard": "Personas know only what they heard",
  "room.heard-hint":
    "Each persona is then told only what was said while it was in the cast. It hides nothing from people: every member of the room holds its key and can read everything.",
  "room.leave": "Leave room",
} as const;

/** The dialog of a new room; comes with it (`addEnglish`), not with the page. */
export const newRoom = {
  "new-room.title": "New room",
  "new-room.name-hint": "What will you talk about?",
  "new-room.name-missing": "Give the room a name.",
  "new-room.cast": "Who is in it",
  "new-room.cast-hint": "You can add, change and remove personas at any time.",
  "new-room.create": "Create room",
  "new-room.creating": "Creating…",
} as const;

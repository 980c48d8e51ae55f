/** Saving and importing a room; comes with its dialogs (`addEnglish`), not with the page. */
export const roomFile = {
  "room-file.save": "Save as a file",
  "room-file.save-hint":
    "Everything said here, the cast with their cards, and who answers. Whoever has the file can read it.",
  "room-file.save-hint-shared":
    "Everything said here, the cast with their cards, and who answers. Whoever has the file can read it, but cannot join this room by it.",
  "room-file.saving": "Saving the room",
  "room-file.saved": "{name} is saved as {file}: {messages}.",
  "room-file.messages.one": "{count} message",
  "room-file.messages.other": "{count} messages",
  "room-file.open": "What is still being answered is not in it.",
  "room-file.pictures-out.one": "{count} picture is not in it, only its description.",
  "room-file.pictures-out.other": "{count} pictures are not in it, only their descriptions.",
  "room-file.older.one": "{count} older message did not fit and is not in it.",
  "room-file.older.other": "{count} older messages did not fit and are not in it.",
  "room-file.cards-out.one":
    "{count} card file did not fit and is not in it; the persona itself is.",
  "room-file.cards-out.other":
    "{count} card files did not fit and are not in it; the personas themselves are.",
  "room-file.fallback": "room",

  "room-file.title": "Import a room",
  "room-file.choose": "Choose a file",
  "room-file.choose-hint":
    "A room that was saved from Conclave, as a file that ends in .conclave or .jsonl. Drop it here or choose it. It becomes a new room on this device.",
  "room-file.drop": "Drop the room to import it",
  "room-file.reading": "Reading the room",
  "room-file.imported": "{name} is here: {messages}.",
  "room-file.not-kept.one":
    "{count} card file could not be kept here; the persona has what the room has.",
  "room-file.not-kept.other":
    "{count} card files could not be kept here; the personas have what the room has.",

  "room-file.bad-nothing": "Nothing was changed. {why}",
  "room-file.bad-large": "The room has {size}; at most {max} can be read.",
  "room-file.bad-unknown":
    "This is no saved room. A character card is imported inside a room, by Add persona.",
  "room-file.bad-newer": "The room was saved by a newer Conclave. Reload this page to update.",
  "room-file.bad-damaged": "The file is damaged. Save the room again, or copy the file again.",
  "room-file.bad-save": "The room is too large for a file: {size}, at most {max}.",

  "export.title": "Save for other programs",
  "export.jsonl": "Messages as JSON lines",
  "export.markdown": "Transcript as Markdown",
  "export.hint":
    "JSON lines: one message a line, can be imported here again without cards and pictures. Markdown: to read. Both hold everything said here.",
  "export.writing": "Writing message {done} of {total}",
  "export.saved": "{name} is saved as {file}: {messages}.",
  "export.cancelled": "Cancelled. No file was saved.",
  "export.about": "Saved from Conclave on {at}: {messages}. Personas are marked as AI.",
  "export.persona": "AI",
  "export.edited": "edited",
  "export.stopped": "stopped",
  "export.aside": "set aside",
  "export.picture": "Picture",
  "export.nobody": "Somebody",

  "room-file.bad-line": "Line {line} cannot be read: {problem}.",
  "room-file.bad-empty": "There is no message in it.",
  "room-file.bad-many": "It has more than {max} lines.",
  "room-file.line-not-json": "it is no JSON",
  "room-file.line-no-object": "it is no object",
  "room-file.line-field": "the field {field} is missing or wrong",
  "room-file.line-too-long": "it is too long",
  "room-file.line-id-twice": "its id was there before",
  "room-file.line-people": "with it there are too many speakers and devices",
  "room-file.cards-none": "Cards are not in such a file: open a persona to give her one.",

  "branch.title": "Branch to a new room",
  "branch.text.one":
    "A new room on this device begins with {count} message, up to this one, with the cast, who answers and what personas know. This room stays as it is.",
  "branch.text.other":
    "A new room on this device begins with {count} messages, up to this one, with the cast, who answers and what personas know. This room stays as it is.",
  "branch.shared":
    "Nobody in this room is told, and nobody sees the new one unless you invite them to it.",
  "branch.pictures": "Pictures come along as their descriptions.",
  "branch.name": "Name of the new room",
  "branch.default": "{name}, another way",
  "branch.confirm": "Branch",
  "branch.done": "This is the new room. The one before is in your rooms, unchanged.",
} as const;

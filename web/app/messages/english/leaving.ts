/** Leaving a shared room; comes with its dialog (`addEnglish`). */
export const leaving = {
  "leave.title": "Leave {name}?",
  "leave.text":
    "The key of the room is erased from this device; you need an invite link to come back. Others keep the room and what you said in it.",
  "leave.hosted.one":
    "{names} thinks on this device. About a quarter of a minute later another device that can takes over; until then nobody answers as {names}.",
  "leave.hosted.other":
    "{names} think on this device. About a quarter of a minute later other devices that can take over; until then they do not answer.",
  "leave.unsent.one": "{count} message of yours was not sent yet and will not be.",
  "leave.unsent.other": "{count} messages of yours were not sent yet and will not be.",
  "leave.here": "What was said, on this device",
  "leave.erase": "Erase it",
  "leave.erase-text": "Nothing of the room stays here.",
  "leave.copy": "Keep a copy",
  "leave.copy-text":
    "It becomes a room of this device alone, to read and to go on in. Pictures are left as descriptions.",
  "leave.do": "Leave",
  "leave.copied": "You left the room. This is your own copy.",
  "leave.copy-failed": "The copy could not be made, so you have not left. Nothing was changed.",
  "leave.copy-short":
    "You have not left yet. Press Leave once more if a copy without them is enough.",
} as const;

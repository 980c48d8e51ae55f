/** What other apps handed to the page, and new versions; comes with these screens. */
export const handedIn = {
  "in.title": "Handed to Conclave",
  "in.what": "Another app shared this with you. It is on this device only. Where shall it go?",
  "in.none": "Nothing is waiting. What you share with Conclave, or open with it, appears here.",
  "in.full":
    "Some of it was not kept, because {max} pieces are waiting already. Put them somewhere or remove them, then share again.",
  "in.failed":
    "What you shared could not be kept: this device has no space for it. Free some under Models, then share again.",
  "in.room": "Room",
  "in.no-room": "Make a room first; what came stays here.",
  "in.text": "Words",
  "in.text-do": "Put them into the message box",
  "in.card-do": "Read it as a persona",
  "in.picture-do": "Attach it to a message",
  "in.import-do": "Import it as a room",
  "in.unknown":
    "Conclave cannot use a file of this kind. It reads cards (PNG, JSON, CHARX), pictures and saved rooms.",
  "in.too-large": "{name} has {size}; the most is {max}. Nothing of it was kept.",
  "in.remove": "Remove {name}",
  "update.ready": "A new version of Conclave is ready.",
  "update.ready-text": "Nothing that was written is touched; all tabs reload together.",
  "update.take": "Use it now",
  "update.later": "Later",
  "update.waits": "The new version comes as soon as nobody is answering.",
  "update.now": "Do not wait",
} as const;

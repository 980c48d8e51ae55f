/** The page, the start and what every screen shares. */
export const shell = {
  // Shell
  "app.name": "Conclave",
  "app.skip": "Skip to the conversation",
  "app.skip-main": "Skip to the main part",
  "app.loading": "Opening your rooms",
  "app.screen-failed": "This part of the page could not be loaded",
  "app.screen-failed-do": "Your rooms are safe on this device. Reload the page to try again.",
  "app.reload": "Reload",
  "app.rescue": "Save my rooms as a file",
  "app.rescue-text": "Nothing was deleted. You can save everything that was written here as text.",
  "problem.region": "Notices",
  "nav.main": "Main",
  "nav.rooms": "Rooms",
  "nav.search": "Search",
  "nav.models": "Models",
  "nav.settings": "Settings",
  "nav.join": "Join a room",
  "nav.home": "Conclave, all rooms",
  "nav.back": "Rooms",
  "rail.other-tab": "Another tab of this browser runs the engine; this one mirrors it.",
  "day.today": "Today",
  "day.yesterday": "Yesterday",

  // Start
  "start.title": "A room of your own, with a key",
  "start.what":
    "Conclave is a private room where people and AI personas talk, and every persona thinks right here, on your own device.",
  "start.where": "What runs where",
  "start.where-page": "The page",
  "start.where-page-text": "Arrives once from this address and then works offline.",
  "start.where-mind": "The personas",
  "start.where-mind-text": "Think in this browser, on your processor or your graphics card.",
  "start.where-log": "Your words",
  "start.where-log-text":
    "Stay in this browser's storage. Invite people, and they travel encrypted: no account, no server that reads along.",
  "start.try": "Meet Ada and Bo",
  "start.try-text": "Two personas are waiting in the garden room. Say hello; they answer at once.",
  "start.begin": "Start with Ada and Bo",
  "start.beginning": "Opening the room…",
  "start.honest":
    "They begin on the starter model: tiny, more a phrase-book than a mind, but it runs here and now and needs no download.",
  "start.honest-models":
    "Real models wait under Models, each with its size, memory and licence, before anything is downloaded.",
  "start.new-room": "New room",
  "start.rooms": "Your rooms",
  "start.empty-line": "Nothing said yet",
  "start.room-lost": "Something of this room is missing here",
  "start.moving": "Moving",
  "start.room-with": "with {names}",
  "start.unread.one": "{count} unread",
  "start.unread.other": "{count} unread",
  "start.ready-room": "The garden room",
  "start.invited": "Somebody sent you a link?",
  "start.import": "Import a room",
  "start.saved": "Saved a room as a file?",
  "start.look-models": "See the models",

  // New room
  "new-room.name": "Name of the room",
  "room.more": "Room options",

  // Common
  "do.cancel": "Cancel",
  "do.close": "Close",
  "do.save": "Save",
  "do.dismiss": "Dismiss",
  "do.copy": "Copy",
  "do.copied": "Copied",
  "do.details": "Technical detail",
  "do.retry": "Try again",
} as const;

/** Notifications and muting; comes with them (`addEnglish`). */
export const attention = {
  "attention.title": "Notifications",
  "attention.text":
    "When somebody writes in a room that you are not looking at, this browser can say so. A notification names the room and who wrote.",
  "attention.turn-on": "Turn on notifications",
  "attention.turn-off": "Turn off",
  "attention.on": "Notifications are on.",
  "attention.denied":
    "This browser does not let this page notify you. To change that, open its settings for this site (the sign before the address), allow notifications there, and come back.",
  "attention.unsupported":
    "This browser does not offer notifications here. On an iPhone or iPad, add this page to the Home Screen and open it from there; private windows have none.",
  "attention.only-open":
    "They come only while Conclave is open in a tab or as an installed app: no server watches your rooms, so nothing can wake a closed one.",
  "attention.show-words": "Show words in notifications",
  "attention.show-words-hint":
    "Your device then shows, and may keep, the first words of messages outside this page, on the locked screen too.",
  "attention.not-kept":
    "Done for now, but this browser did not let it be kept: after a reload it is as before.",
  "attention.room": "This room may call you for",
  "attention.level-all": "Everything",
  "attention.level-mentions": "My name",
  "attention.level-none": "Nothing",
  "attention.level-all-text": "Every message here counts as unread and may notify you.",
  "attention.level-mentions-text":
    "Messages count as unread; only one that calls you by name or answers you notifies you.",
  "attention.level-none-text":
    "The room is muted: it does not notify you, and title and icon do not count it.",
  "attention.from": "New from {names}",
  "attention.to-you": "{name} wrote to you",
  "attention.words": "{name}: {text}",
  "attention.mute": "Mute {name}",
  "attention.unmute": "Unmute {name}",
  "attention.mute-hint":
    "Messages are then folded here and call you for nothing. Only on this device; nobody is told.",
  "attention.muted-room": "Muted",
  "attention.muted-line": "{name} is muted here",
  "attention.show-of": "Show the message of {name}",
  "attention.hide-of": "Hide the message of {name}",
} as const;

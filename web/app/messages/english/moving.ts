/** Moving a room without somebody; comes with its screens (`addEnglish`), not with the page. */
export const moving = {
  "move.action": "Move the room without {name}…",
  "move.title": "Move the room without {name}?",
  "move.new": "A new room with a new key",
  "move.new-text":
    "It begins with what was said here, the cast and who answers. {name} gets no key to it.",
  "move.follow": "The others come along",
  "move.follow-text":
    "Their devices go there by themselves, the next time they are open. Who can only read needs a new link from you.",
  "move.unreachable":
    "Send the new link to {names}: this device got no key from them in this room, so they do not come along by themselves.",
  "move.old": "The old link leads nowhere new",
  "move.old-text":
    "Nothing more can be said under it. What was said before stays readable to whoever has it, {name} too.",
  "move.confirm": "Move the room",
  "move.moving": "Moving…",
  "move.moving-text": "This device makes the new room and tells the others. Stay a moment.",
  "move.waiting": "The room moves as soon as the relay can be reached.",
  "move.unfinished": "Moving this room was not finished.",
  "move.unfinished-text": "Nobody noticed, and nothing has changed.",
  "move.again": "Try again",
  "move.forget": "Forget it",
  "move.following": "This room has moved. You are coming along…",
  "move.left-out": "{name} moved this room without this device.",
  "move.left-out-someone": "Somebody moved this room without this device.",
  "move.dead-end": "{name} moved this room, but this device got no working key.",
  "move.dead-end-someone": "Somebody moved this room, but this device got no working key.",
  "move.dead-end-text": "Ask {name} for the new link. What was said here stays yours to read.",
  "move.dead-end-text-someone": "Ask for the new link. What was said here stays yours to read.",
  "move.left-out-text": "What was said here stays yours to read and to save. Nothing new arrives.",
} as const;

/** Shared rooms: inviting, joining, who is here. */
export const shared = {
  // Room list and header
  "shared.mark": "Shared",
  "shared.sub.one": "Shared, {count} person",
  "shared.sub.other": "{count} people",
  "shared.here": "{count} here",
  "shared.opening": "Waiting for the room",
  "shared.opening-text":
    "Its messages come from {relay} and are opened here with the key of the link.",

  // Invite
  "invite.open": "Invite people",

  // Join
  "join.open": "Join with a link",

  // People
  "people.computer": "{name}'s computer",

  // Messages
  "msg.waiting": "waiting to be sent",
  "msg.label-waiting": "{name}, {time}, waiting to be sent",
  "composer.reader": "You are reading along. The link you came with does not let you write.",
} as const;

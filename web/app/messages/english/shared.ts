/** Shared rooms: inviting, joining, who is here, the connection. */
export const shared = {
  // Room list and header
  "shared.mark": "Shared",
  "shared.sub.one": "Shared, {count} person",
  "shared.sub.other": "Shared, {count} people",
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

  // Connection
  "link.connecting": "Connecting",
  "link.catching-up": "Catching up, {done} of {total}",
  "link.catching-label": "Messages fetched",
  "link.offline": "Offline",
  "link.offline-text": "You are offline.",
  "link.unreachable-text": "The room's server cannot be reached.",
  "link.busy-text": "The room's server is busy.",
  "link.restarting-text": "The room's server is restarting.",
  "link.misbehaves-text": "The room's server answers with something that is not understood.",
  "link.storage-text": "This browser's storage does not answer, so nothing can be received.",
  "link.kept": "What you write is kept and sent when you are back.",
  "link.kept-read": "New messages arrive when you are back.",
  "link.again-in": "Trying again in {time}",
  "link.again-now": "Trying again now",
  "link.try-now": "Try now",
  "link.back": "Connected again. Everything is up to date.",
  "link.refused": "Not connected",
  "link.refused-key": "This link's key was not accepted",
  "link.refused-key-do":
    "The room is kept here to read. Ask for a new link from somebody who is in it.",
  "link.refused-version": "The room's server speaks another version",
  "link.refused-version-do": "Reload to update and continue.",
  "link.refused-full": "The room is full",
  "link.refused-full-do": "Wait until somebody leaves, then try again.",
  "link.refused-replaced": "This room is connected in another tab or window",
  "link.refused-replaced-do": "Go on there, or take the connection over here.",
  "link.refused-closed": "This room was closed on its server",
  "link.refused-closed-do": "What was said stays here to read.",
  "link.refused-origin": "The room's server does not serve this page",
  "link.refused-origin-do": "Open the link at the address where the room was made.",
  "link.refused-crypto": "This browser cannot encrypt as shared rooms need it",
  "link.refused-crypto-do":
    "Use a current Chrome, Edge, Firefox or Safari, at an address that begins with https://.",
  "link.refused-space": "The room's server has no space left for this room",
  "link.refused-space-do": "Go on in a new room. What was said stays here to read.",
  "link.refused-size": "That is too large for the room's server",
  "link.refused-size-do": "Shorten it, or send it in parts.",
  "link.refused-read": "This link lets you only read",
  "link.refused-read-do": "Ask somebody who writes here for a link that lets you talk.",
  "link.refused-trimmed": "The room's server no longer has what was missed here",
  "link.refused-trimmed-do": "What is here stays to read. Ask for a link to a new room to go on.",
  "link.refused-other": "The room's server said no",
  "link.refused-other-do": "Try again. If it stays, copy the detail and report it.",
  "link.take-over": "Connect here",
  "link.kept-refused": "What you wrote is kept on this device.",

  // Messages
  "msg.waiting": "waiting to be sent",
  "msg.label-waiting": "{name}, {time}, waiting to be sent",
  "composer.reader": "You are reading along. The link you came with does not let you write.",
  "room.delete-text-shared":
    "The room, its key and all its messages are erased from this device. Others keep theirs. You need an invite link to come back.",
} as const;

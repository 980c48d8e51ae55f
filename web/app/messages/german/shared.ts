/** German of `english/shared.ts`, key by key. */

import type { shared as english } from "../english/shared.ts";
import type { Translated } from "../translate.ts";

export const shared: Translated<typeof english> = {
  // Room list and header
  "shared.mark": "Geteilt",
  "shared.sub.one": "Geteilt, {count} Mensch",
  "shared.sub.other": "{count} Menschen",
  "shared.here": "{count} da",
  "shared.opening": "Warten auf den Raum",
  "shared.opening-text":
    "Seine Nachrichten kommen von {relay} und werden hier mit dem Schlüssel aus dem Link geöffnet.",

  // Invite
  "invite.open": "Leute einladen",

  // Join
  "join.open": "Mit einem Link beitreten",

  // People
  "people.computer": "das Gerät von {name}",

  // Messages
  "msg.waiting": "wartet aufs Senden",
  "msg.label-waiting": "{name}, {time}, wartet aufs Senden",
  "composer.reader": "Du liest mit. Mit deinem Link kannst du nicht schreiben.",
};

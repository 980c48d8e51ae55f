/**
 * Takes an invite link out of the address bar before anything can keep it.
 *
 * Whoever has the link can read the room, so it must not stay in the address, in the tab's history
 * or in a screenshot. The address then says `#/join`, which means nothing to anybody else.
 */

/** Only the shape; whether it opens a room, the client says. */
const INVITE = /^([wr]=1\.\S+)$/;

/** The address of the screen that joins. */
export const JOIN_HASH = "#/join";

/** The fragment of an invite link in what a person pasted; undefined when there is none. */
export function findJoinLink(text: string): string | undefined {
  const at = text.indexOf("#");
  return INVITE.exec((at < 0 ? text : text.slice(at + 1)).trim())?.[1];
}

/** True for a link that lets its holder write, not only read. */
export function mayWrite(link: string): boolean {
  return link.startsWith("w=");
}

/** The link's fragment without `#`; undefined when the address holds none. Call it first of all. */
export function takeJoinLink(): string | undefined {
  const link = findJoinLink(location.hash);
  // Replaces the entry itself: Back does not lead to the key.
  if (link !== undefined) history.replaceState(history.state, "", JOIN_HASH);
  return link;
}

/**
 * The address of a room's socket: the relay's, with the room in its query.
 *
 * A relay that is one process for many rooms learns the room from `join` and would need no more. On
 * a platform with an object a room the socket has to reach the object first (decision 0026). The id
 * of a room opens nothing: who may come in is proven in `join`.
 */

const ROOM_ID = /^[A-Za-z0-9_-]{22}$/;
const NAME = "?room=";

/** `relayUrl` has no query of its own. */
export function roomSocketAddress(relayUrl: string, roomId: string): string {
  return `${relayUrl}${NAME}${roomId}`;
}

/** The path without query, and the room; undefined for a query that is anything else. */
export function parseSocketPath(
  path: string,
): { readonly path: string; readonly room: string | undefined } | undefined {
  const at = path.indexOf("?");
  if (at < 0) return { path, room: undefined };
  const room = path.slice(at + NAME.length);
  const isRoom = path.startsWith(NAME, at) && ROOM_ID.test(room);
  return isRoom ? { path: path.slice(0, at), room } : undefined;
}

/** The http origin of a socket address, which is what a proof names. */
export function relayOriginOf(relayUrl: string): string {
  const match = /^(?:ws|http)(s?):\/\/([^/?#]+)/.exec(relayUrl);
  return match === null ? relayUrl : `http${match[1]}://${match[2]}`.toLowerCase();
}

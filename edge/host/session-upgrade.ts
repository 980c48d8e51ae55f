/**
 * Who may open the session socket, by address, `Host`, `Origin` and token. Pure.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO52  A socket opens only at `/sessions`, under a loopback name, with the token in a header and
 *         from no web page but an allowed one; the token is compared in constant time, and neither
 *         taken from an address nor sent back.
 */

import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";

export const SESSION_PATH = "/sessions";
/** What is spoken; a client that cannot set `Authorization` sends its token beside it. */
export const SESSION_PROTOCOL = "conclave.sessions.1";
const TOKEN_PROTOCOL = "conclave.token.";

export interface SessionUpgrade {
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  /** `Sec-WebSocket-Protocol` as it came. */
  readonly protocols: string | undefined;
}

export interface UpgradeRefusal {
  readonly status: 401 | 403 | 404;
  readonly text: string;
}

/** Undefined lets it in. */
export function refuseUpgrade(
  facts: SessionUpgrade,
  token: string,
  origins: readonly string[],
): UpgradeRefusal | undefined {
  // A query would be the place for a token, which belongs in no address.
  if (facts.url !== SESSION_PATH) {
    return { status: 404, text: "There is no socket at this address" };
  }
  if (!isLoopbackName(facts.host)) {
    return { status: 403, text: "This socket has another name" };
  }
  if (facts.origin !== undefined && !origins.includes(facts.origin)) {
    return { status: 403, text: "This origin may not use this socket" };
  }
  const given = tokenOf(facts);
  return given !== undefined && isSameToken(given, token)
    ? undefined
    : { status: 401, text: "The token is missing or wrong" };
}

function tokenOf({ authorization, protocols }: SessionUpgrade): string | undefined {
  const bearer = /^Bearer ([^\s]+)$/i.exec(authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  return protocols?.split(",").map((one) => one.trim())
    .find((one) => one.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}

/** Whether `host` is what a program of this machine calls it; a web page's own name is not. */
export function isLoopbackName(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host ?? "");
}

/** Hashed first, so that the lengths are equal and say nothing. */
export function isSameToken(given: string, token: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

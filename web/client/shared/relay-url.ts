/**
 * Addresses of relays, as a person or a link gives them. Pure.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY89  A relay is reached by `wss:`, or in the clear on this machine and on a page's own host
 *         that is itself in the clear; any other address is refused.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";

/** Where every server of ours has its relay. */
const RELAY_PATH = "/relay";

const LOCAL_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1"]);

/** The relay beside this page. `pageUrl` is the page's address. */
export function ownRelayUrl(pageUrl: string): string {
  const { protocol, host } = new URL(pageUrl);
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}${RELAY_PATH}`;
}

/** Completes an address to the one that a socket is opened with; undefined means the own relay. */
export function relayUrlOf(
  given: string | undefined,
  pageUrl: string,
): Result<string, { readonly kind: "url-invalid" }> {
  const own = ownRelayUrl(pageUrl);
  if (given === undefined || given.trim() === "") return ok(own);
  const text = given.trim();
  const url = parseUrl(/^[a-z]+:\/\//i.test(text) ? text : `wss://${text}`);
  if (url === undefined || url.username !== "" || url.password !== "") return invalid;
  const protocol = socketProtocols[url.protocol];
  if (protocol === undefined) return invalid;
  const path = url.pathname === "/" ? RELAY_PATH : url.pathname;
  const full = `${protocol}//${url.host}${path}`;
  const isAllowed = protocol === "wss:" || LOCAL_HOSTS.has(url.hostname) || full === own;
  return isAllowed ? ok(full) : invalid; // SY89
}

/** What people are shown of a relay's address. */
export function relayHostOf(relayUrl: string): string {
  return parseUrl(relayUrl)?.host ?? relayUrl;
}

const invalid = err({ kind: "url-invalid" } as const);

const socketProtocols: Readonly<Record<string, "ws:" | "wss:">> = {
  "http:": "ws:",
  "ws:": "ws:",
  "https:": "wss:",
  "wss:": "wss:",
};

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch { // TypeError: no address.
    return undefined;
  }
}

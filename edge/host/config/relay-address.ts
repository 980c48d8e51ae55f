/**
 * The relay that an invite link leads to, as the address that a socket is opened with. Pure.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY89  A relay is reached by `wss:`, or in the clear on this machine and on a page's own host
 *         that is itself in the clear; any other address is refused.
 */

/** Where every server of ours has its relay. */
const RELAY_PATH = "/relay";
const LOCAL_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

const socketProtocols: Readonly<Record<string, "ws:" | "wss:">> = {
  "http:": "ws:",
  "ws:": "ws:",
  "https:": "wss:",
  "wss:": "wss:",
};

/** Undefined when the link names no relay, or one that may not be used. */
export function relayAddressOf(link: string, hint: string | undefined): string | undefined {
  const page = addressOf(link.split("#", 1)[0] ?? "");
  const given = hint === undefined ? page : addressOf(hint);
  const protocol = given && socketProtocols[given.protocol];
  if (given === undefined || protocol === undefined) return undefined;
  if (given.username !== "" || given.password !== "") return undefined;
  const isPages = hint === undefined;
  const path = isPages || given.pathname === "/" ? RELAY_PATH : given.pathname;
  const isOwnHost = page?.protocol === "http:" && page.host === given.host;
  const isAllowed = protocol === "wss:" || LOCAL_HOSTS.has(given.hostname) || isOwnHost; // SY89
  return isAllowed ? `${protocol}//${given.host}${path}` : undefined;
}

function addressOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** Which visitors count as one: those of the same IPv4 address or the same IPv6 network (/64). */

const IPV4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i;
const GROUPS = 8;

/** The prefix as text, or undefined for what is no address. A home has one /64, so it is one. */
export function addressPrefix(address: string): string | undefined {
  const ipv4 = IPV4.exec(address)?.[1];
  if (ipv4 !== undefined) {
    return ipv4.split(".").every((part) => Number(part) <= 255) ? ipv4 : undefined;
  }
  const groups = groupsOf(address.replace(/%.*$/, "").toLowerCase());
  return groups === undefined ? undefined : `${groups.slice(0, 4).join(":")}::/64`;
}

/** The eight groups without leading zeros; `::` filled in. */
function groupsOf(address: string): string[] | undefined {
  const halves = address.split("::");
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = GROUPS - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}

/**
 * The address a visitor comes from. `forwarded` is the header that proxies append to: only its last
 * value is our own proxy's word, and only when there is one.
 */
export function visitorAddress(
  peer: string | undefined,
  forwarded: string | undefined,
  trustsProxy: boolean,
): string {
  const last = trustsProxy ? forwarded?.split(",").at(-1)?.trim() : undefined;
  return addressPrefix(last ?? "") ?? addressPrefix(peer ?? "") ?? "unknown";
}

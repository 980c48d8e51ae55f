/** Addresses of endpoints: what they may be, and which of them stay on this machine. Pure. */

import { err, ok, type Result } from "../base/mod.ts";
import type { EndpointPlace } from "../inference/mod.ts";
import { protocolLimits } from "../protocol/mod.ts";

/** The address with a slash at its end, or what is wrong with it, which repeats no credentials. */
export function readBase(text: string): Result<URL, string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return err("not an address");
  if (url.protocol !== "https:" && url.protocol !== "http:") return err("neither https nor http");
  if (url.username !== "" || url.password !== "") return err("holds credentials");
  if (url.search !== "" || url.hash !== "") return err("holds a query or a fragment");
  if (url.host.length > protocolLimits.idCharsMax) return err("a host name that is too long");
  return ok(new URL(url.href.endsWith("/") ? url.href : `${url.href}/`));
}

/** What is sent there does not leave this machine. */
export function isLoopback({ hostname }: Pick<URL, "hostname">): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
    /^127(\.\d+){3}$/.test(hostname);
}

/** TLS, or a line that does not leave this machine. */
export function isPrivateLine(url: Pick<URL, "protocol" | "hostname">): boolean {
  return url.protocol === "https:" || isLoopback(url);
}

/** Where an endpoint of this address runs; the address as `readBase` takes it. */
export function placeOf(url: URL): EndpointPlace {
  return { host: url.host, isLocal: isLoopback(url) };
}

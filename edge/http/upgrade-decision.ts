/**
 * Who may open a web socket to the relay, by address, `Host` and `Origin`. Pure.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL65  A socket opens only at `/relay`, for a `Host` and, where a page asks, an `Origin` of the
 *         allowed list; `null` is no origin.
 *   RL80  The address of a socket may name a room, and has no other query.
 *   RL66  The origin a proof must name is the allowed one that `Host` names: a proof for another
 *         relay cannot be passed on.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { parseSocketPath } from "#shared/protocol/mod.ts";

export const RELAY_PATH = "/relay";

export interface UpgradeFacts {
  /** As requested, with its query. */
  readonly url: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

export type UpgradeDecision =
  | {
    readonly kind: "accept";
    readonly relayOrigin: string;
    /** The only room the socket may join, if the address names one. */
    readonly room: string | undefined;
  }
  | { readonly kind: "refuse"; readonly status: 403 | 404; readonly text: string };

/** Decides before anything is allocated for the socket. */
export function decideUpgrade(facts: UpgradeFacts, allowed: readonly string[]): UpgradeDecision {
  // Any other query would be the place for a token, which belongs in no address.
  const address = parseSocketPath(facts.url);
  if (address?.path !== RELAY_PATH) return refuse(404, "There is no socket at this address");
  const { origin } = facts;
  if (origin !== undefined && !allowed.includes(origin)) {
    return refuse(403, "This origin may not use this relay");
  }
  const named = allowed.filter((candidate) => isHostOf(candidate, facts.host ?? ""));
  const relayOrigin = named.find((candidate) => candidate === origin) ?? named[0];
  if (relayOrigin === undefined) return refuse(403, "This relay has another name");
  return { kind: "accept", relayOrigin, room: address.room };
}

function refuse(status: 403 | 404, text: string): UpgradeDecision {
  return { kind: "refuse", status, text };
}

function isHostOf(origin: string, host: string): boolean {
  if (!/^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(host)) return false;
  const { protocol, host: own } = new URL(origin);
  const named = `${protocol}//${host}`;
  return URL.canParse(named) && new URL(named).host === own;
}

/** Reads the list of a setting; the error is the part that is no origin. */
export function parseOrigins(text: string): Result<readonly string[], string> {
  const origins: string[] = [];
  for (const part of text.split(",").map((item) => item.trim()).filter((item) => item !== "")) {
    const isWeb = /^https?:\/\//i.test(part) && URL.canParse(part);
    const url = isWeb ? new URL(part) : undefined;
    if (url === undefined || url.href !== `${url.origin}/`) return err(part);
    origins.push(url.origin);
  }
  return ok(origins);
}

/** The names under which the machine itself reaches the server, and the host it was given. */
export function ownOrigins(host: string, port: number): readonly string[] {
  const isEvery = host === "0.0.0.0" || host === "::";
  const names = ["127.0.0.1", "localhost", "[::1]", ...(isEvery ? [] : [hostInUrl(host)])];
  return [...new Set(names.map((name) => new URL(`http://${name}:${port}`).origin))];
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

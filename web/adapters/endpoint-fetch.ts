/**
 * The one way of this page to addresses that a person adds: `fetch` behind an allow-list (D42).
 *
 * The page's policy lets it connect to any TLS host and to this machine, because endpoints are
 * settings. What may really be asked is decided here.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN91  The page asks no address on a person's behalf but those of added endpoints and of the one
 *         being checked, without cookies and without telling where it comes from.
 */

import type { HttpFetch } from "#shared/ports/mod.ts";

type Send = (url: string, options: RequestInit) => Promise<Response>;

const send: Send = (url, options) => fetch(url, options);

const PRIVATELY = {
  credentials: "omit",
  referrerPolicy: "no-referrer",
  cache: "no-store",
} as const;

/** `allowed` gives bases that end in a slash; it is asked at each request. */
export function createEndpointFetch(
  allowed: () => readonly string[],
  sendRequest: Send = send,
): HttpFetch {
  return async (url, options) => {
    if (!allowed().some((base) => url.startsWith(base))) {
      throw new TypeError("not an address of an added endpoint"); // IN91
    }
    return await sendRequest(url, { ...options, ...PRIVATELY });
  };
}

/**
 * Whether anybody answers at `url`: a request that needs no permission of theirs, whose answer
 * nobody may read, without any key. Aborting cancels the work.
 */
export async function isSomebodyThere(
  url: string,
  signal: AbortSignal,
  sendRequest: Send = send,
): Promise<boolean> {
  try {
    await sendRequest(url, { mode: "no-cors", signal, ...PRIVATELY });
    return true;
  } catch { // It fails for nothing but that no answer came.
    signal.throwIfAborted();
    return false;
  }
}

/** What browsers call the permission to ask servers on this machine, the newest first. */
const PERMISSION_NAMES = ["loopback-network", "local-network-access"];

/** The browser's answer for servers on this machine; undefined where it asks nobody. */
export async function localNetworkPermission(
  permissions: Pick<Permissions, "query"> | undefined = navigator.permissions,
): Promise<PermissionState | undefined> {
  for (const name of PERMISSION_NAMES) {
    try {
      const status = await permissions?.query({ name: name as PermissionName });
      if (status !== undefined) return status.state;
    } catch { // A TypeError: this browser knows no permission of that name.
      continue;
    }
  }
  return undefined;
}

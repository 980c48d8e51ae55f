/**
 * Why a page cannot reach an endpoint, as far as a page can know it.
 *
 * A browser tells a script of every failed request the same thing. Told apart are those that differ
 * in the address, in a permission that can be read, or in a second request whose answer nobody may
 * read (`no-cors`): it comes through where somebody listens who does not allow this page.
 *
 * Pure.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN94  What keeps a page from an endpoint is told by name with what a person can do, and only
 *         what the evidence shows: the address, the browser's permission, the server's (CORS),
 *         nobody there, the key, or an answer that is no list of models.
 */

import { isLoopback } from "./address.ts";
import type { ListAnswer } from "./list-models.ts";

export interface ReachEvidence {
  readonly url: Pick<URL, "protocol" | "hostname">;
  /** The page itself came over TLS. */
  readonly isPageSecure: boolean;
  /** The page itself comes from this machine: browsers then ask nobody. */
  readonly isPageLocal: boolean;
  readonly hasKey: boolean;
  readonly answer: Exclude<ListAnswer, { readonly kind: "models" }>;
  /** The request whose answer nobody may read came through. */
  readonly isSomebodyThere: boolean;
  /** The browser's for servers in the local network; undefined where it has none. */
  readonly permission: "granted" | "denied" | "prompt" | undefined;
}

export type Unreached =
  /** In the clear over a network, from a page over TLS: browsers refuse it. */
  | { readonly kind: "mixed-content" }
  /** In the clear over a network: this page's policy refuses it. */
  | { readonly kind: "address-in-clear" }
  | { readonly kind: "permission-denied" }
  /** The browser's question waits for an answer, or was closed. */
  | { readonly kind: "permission-open" }
  | { readonly kind: "cors-refused" }
  /** `isBlockable`: so would a browser look that refuses such requests from pages over TLS. */
  | { readonly kind: "not-running"; readonly isBlockable: boolean }
  | { readonly kind: "no-answer" }
  | { readonly kind: "late" }
  | { readonly kind: "key-missing" }
  | { readonly kind: "key-refused" }
  | { readonly kind: "busy" }
  | { readonly kind: "no-model-list"; readonly status: number };

/** What an address alone rules out, before anything is sent. */
export function refuseAddress(
  { url, isPageSecure }: Pick<ReachEvidence, "url" | "isPageSecure">,
): Unreached | undefined {
  if (url.protocol === "https:") return undefined;
  // The page's policy names these two; other names of this machine it refuses (D42).
  if (url.hostname === "localhost" || url.hostname === "127.0.0.1") return undefined;
  return { kind: isPageSecure && !isLoopback(url) ? "mixed-content" : "address-in-clear" };
}

export function decideReach(evidence: ReachEvidence): Unreached {
  const { url, answer, hasKey } = evidence;
  if (answer.kind === "answered") return statusMeans(answer.status, hasKey);
  const isLocal = isLoopback(url);
  const permission = evidence.isPageLocal ? undefined : evidence.permission;
  if (isLocal && permission === "denied") return { kind: "permission-denied" };
  if (evidence.isSomebodyThere) return { kind: "cors-refused" };
  if (isLocal && permission === "prompt") return { kind: "permission-open" };
  if (answer.kind === "late") return { kind: "late" };
  if (!isLocal) return { kind: "no-answer" };
  return { kind: "not-running", isBlockable: evidence.isPageSecure && url.protocol === "http:" };
}

function statusMeans(status: number, hasKey: boolean): Unreached {
  if (status === 401 || status === 403) return { kind: hasKey ? "key-refused" : "key-missing" };
  if (status === 429 || status === 503) return { kind: "busy" };
  return { kind: "no-model-list", status };
}

/**
 * Where the reader is, kept in the address: `#/`, `#/room/<id>`, `#/join`, `#/models`, `#/search`,
 * `#/settings`, `#/handed-in`.
 *
 * An invite link's fragment is read as a route too, and never written: `routeToHash` leaves the key
 * out, and `join-link.ts` takes it out of the address.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { findJoinLink, JOIN_HASH, takeJoinLink } from "./join-link.ts";

export type Route =
  | { readonly kind: "start" }
  | { readonly kind: "room"; readonly roomId: string }
  /** `link` is the fragment of an invite link without `#`; undefined asks for one. */
  | { readonly kind: "join"; readonly link: string | undefined }
  | { readonly kind: "models" }
  /** `trouble`: what the service worker met when it kept the newest share. */
  | { readonly kind: "handed-in"; readonly trouble?: "full" | "failed" | undefined }
  | { readonly kind: "search" }
  | { readonly kind: "settings" };

/** An address that means nothing is the start. */
export function parseRoute(hash: string): Route {
  const link = findJoinLink(hash);
  if (link !== undefined) return { kind: "join", link };
  const [head, id] = hash.replace(/^#\/?/, "").split("/");
  switch (head) {
    case "room":
      return id === undefined || id === "" ? { kind: "start" } : roomRoute(id);
    case "join":
      return { kind: "join", link: undefined };
    case "handed-in":
      return id === "full" || id === "failed"
        ? { kind: "handed-in", trouble: id }
        : { kind: "handed-in" };
    case "models":
    case "search":
    case "settings":
      return { kind: head };
    default:
      return { kind: "start" };
  }
}

export function routeToHash(route: Route): string {
  switch (route.kind) {
    case "start":
      return "#/";
    case "room":
      return `#/room/${encodeURIComponent(route.roomId)}`;
    case "join":
      return JOIN_HASH;
    case "handed-in":
      return route.trouble === undefined ? "#/handed-in" : `#/handed-in/${route.trouble}`;
    case "models":
    case "search":
    case "settings":
      return `#/${route.kind}`;
  }
}

/**
 * The route as a signal that follows the address bar, back and forward. `joinLink` is the invite
 * link that the page was opened with.
 */
export function watchRoute(joinLink?: string): ReadonlySignal<Route> {
  const first: Route = joinLink === undefined ? readRoute() : { kind: "join", link: joinLink };
  const route = signal(first);
  addEventListener("hashchange", () => {
    route.value = readRoute();
  });
  return route;
}

export function goTo(route: Route): void {
  location.hash = routeToHash(route);
}

/** Goes there in place of the current step of the history: Back leads to what was before it. */
export function replaceWith(route: Route): void {
  location.replace(routeToHash(route));
}

function readRoute(): Route {
  const link = takeJoinLink();
  return link === undefined ? parseRoute(location.hash) : { kind: "join", link };
}

function roomRoute(id: string): Route {
  try {
    return { kind: "room", roomId: decodeURIComponent(id) };
  } catch {
    // A half-typed escape in the address names no room.
    return { kind: "start" };
  }
}

/** Where the reader is, kept in the address: `#/`, `#/room/<id>`, `#/models`, `#/settings`. */

import { type ReadonlySignal, signal } from "@preact/signals";

export type Route =
  | { readonly kind: "start" }
  | { readonly kind: "room"; readonly roomId: string }
  | { readonly kind: "models" }
  | { readonly kind: "settings" };

/** An address that means nothing is the start. */
export function parseRoute(hash: string): Route {
  const [head, id] = hash.replace(/^#\/?/, "").split("/");
  switch (head) {
    case "room":
      return id === undefined || id === "" ? { kind: "start" } : roomRoute(id);
    case "models":
      return { kind: "models" };
    case "settings":
      return { kind: "settings" };
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
    case "models":
    case "settings":
      return `#/${route.kind}`;
  }
}

/** The route as a signal that follows the address bar, back and forward. */
export function watchRoute(): ReadonlySignal<Route> {
  const route = signal(parseRoute(location.hash));
  addEventListener("hashchange", () => {
    route.value = parseRoute(location.hash);
  });
  return route;
}

export function goTo(route: Route): void {
  location.hash = routeToHash(route);
}

function roomRoute(id: string): Route {
  try {
    return { kind: "room", roomId: decodeURIComponent(id) };
  } catch {
    // A half-typed escape in the address names no room.
    return { kind: "start" };
  }
}

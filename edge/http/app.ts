/**
 * The edge as one Hono app, free of any platform.
 *
 * Owns the routes and the headers. Does not own files, sockets or ports: `edge/platform/*` wires
 * those, and opens the relay's web sockets itself before a request would come here.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL73  The relay publishes its limits at `/.well-known/relay.json` and its health at `/healthz`.
 */

import { Hono } from "hono";
import { PROTOCOL_VERSION, type RelayLimits } from "#shared/protocol/mod.ts";
import { securityHeaders } from "./security-headers.ts";
import { serveStaticFile, type StaticFiles } from "./static-files.ts";
import { RELAY_PATH } from "./upgrade-decision.ts";

/** What the app tells about the relay beside it. */
export interface RelayFace {
  readonly limits: RelayLimits;
  /** False while it starts or stops. */
  readonly isUp: () => boolean;
}

export interface AppDeps {
  readonly files: StaticFiles;
  /** Undefined where a server only serves the page. */
  readonly relay?: RelayFace | undefined;
  /** Receives what a handler threw: a defect, for the operator's log and not for the visitor. */
  readonly reportError: (error: unknown) => void;
}

/**
 * A page of its own, because the policy allows no inline style and the app may be what is missing.
 */
const NOT_FOUND_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Not found - Conclave</title>
<h1>There is no such page</h1>
<p>Rooms live in the part of the link after the <code>#</code>. <a href="/">Go to Conclave</a></p>
</html>
`;

/** Creates the app. It keeps no state between requests. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();

  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(securityHeaders)) {
      context.res.headers.set(name, value);
    }
  });

  app.get("/healthz", (context) => {
    context.header("cache-control", "no-store");
    if (deps.relay === undefined) return context.text("ok\n");
    const isUp = deps.relay.isUp();
    return context.text(`ok\nrelay ${isUp ? "ok" : "down"}\n`, isUp ? 200 : 503);
  });

  if (deps.relay !== undefined) addRelayRoutes(app, deps.relay);

  app.get("*", (context) => serveStaticFile(deps.files, context) ?? context.notFound());

  app.all("*", (context) => {
    context.header("allow", "GET, HEAD");
    return context.text("Only GET and HEAD are served here\n", 405);
  });

  app.notFound((context) => {
    context.header("cache-control", "no-store");
    return context.html(NOT_FOUND_PAGE, 404);
  });

  app.onError((error, context) => {
    deps.reportError(error);
    context.header("cache-control", "no-store");
    return context.text("The server failed to answer this request\n", 500);
  });

  return app;
}

function addRelayRoutes(app: Hono, relay: RelayFace): void {
  app.get("/.well-known/relay.json", (context) => {
    context.header("cache-control", "no-cache");
    return context.json({ v: PROTOCOL_VERSION, path: RELAY_PATH, limits: relay.limits });
  });

  app.get(RELAY_PATH, (context) => {
    context.header("upgrade", "websocket");
    context.header("cache-control", "no-store");
    return context.text("Only web sockets are served here\n", 426);
  });
}

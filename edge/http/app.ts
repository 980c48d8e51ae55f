/**
 * The edge as one Hono app, free of any platform.
 *
 * Owns the routes and the headers. Does not own files, sockets or ports: `edge/platform/*` wires
 * those. The relay of the shared rooms joins here later, behind the same headers.
 */

import { Hono } from "hono";
import { securityHeaders } from "./security-headers.ts";
import { serveStaticFile, type StaticFiles } from "./static-files.ts";

export interface AppDeps {
  readonly files: StaticFiles;
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
    return context.text("ok\n");
  });

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

/**
 * What an operator asks of a server, as a Hono app for an address of its own: metrics, readiness,
 * a backup. Free of any platform.
 *
 * Owns the routes and who may ask. Does not own the figures, nor the copying.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL102  Metrics name no room, device, address or content.
 *   RL103  A server is ready while it is up and its store took the last commit.
 *   RL104  A page in a browser can neither read what the operator's address tells nor start a
 *          backup.
 */

import { Hono } from "hono";
import type { Result } from "#shared/base/mod.ts";

export interface BackupDone {
  readonly path: string;
  readonly rooms: number;
  readonly entries: number;
}

export type BackupRefusal =
  | { readonly kind: "under-way" }
  /** The log is in a store that has its own way. */
  | { readonly kind: "not-here"; readonly detail: string }
  | { readonly kind: "exists"; readonly path: string }
  | { readonly kind: "failed"; readonly detail: string };

export interface OperatorDeps {
  /** Text in Prometheus' format. */
  readonly metrics: () => Promise<string>;
  /** Why the server should get no new visitors; undefined when it should. */
  readonly notReady: () => string | undefined;
  /** Makes one backup. */
  readonly backUp: () => Promise<Result<BackupDone, BackupRefusal>>;
  /** Receives what a handler threw. */
  readonly reportError: (error: unknown) => void;
}

/** A header that no page can send to another origin without being asked for by it. */
export const OPERATOR_HEADER = "x-conclave-operator";

export function createOperatorApp(deps: OperatorDeps): Hono {
  const app = new Hono();

  app.use(async (context, next) => {
    context.header("cache-control", "no-store");
    context.header("x-content-type-options", "nosniff");
    const isPage = context.req.header("origin") !== undefined ||
      ["cross-site", "same-site"].includes(context.req.header("sec-fetch-site") ?? "");
    if (isPage) return context.text("Not for pages\n", 403); // RL104
    return await next();
  });

  app.get("/metrics", async (context) => {
    context.header("content-type", "text/plain; version=0.0.4; charset=utf-8");
    return context.body(await deps.metrics());
  });

  app.get("/readyz", (context) => {
    const reason = deps.notReady();
    return reason === undefined ? context.text("ready\n") : context.text(`${reason}\n`, 503);
  });

  app.post("/backups", async (context) => {
    if (context.req.header(OPERATOR_HEADER) === undefined) { // RL104
      return context.text(`Send the header ${OPERATOR_HEADER}: 1\n`, 403);
    }
    const made = await deps.backUp();
    if (made.ok) return context.json(made.value, 201);
    const { error } = made;
    return context.json(error, error.kind === "failed" ? 507 : 409);
  });

  app.onError((error, context) => {
    deps.reportError(error);
    return context.text("The server failed to answer this request\n", 500);
  });

  return app;
}

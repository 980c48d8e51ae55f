/** The setting "where model files come from": checked here, used by the worker. */

import type { Result } from "#shared/base/mod.ts";
import { err, ok } from "#shared/base/mod.ts";
import type { ModelHost } from "../worker/protocol.ts";

export type { ModelHost } from "../worker/protocol.ts";

/** The library's own addresses. */
export const defaultModelHost: ModelHost = Object.freeze({ weights: "", libraries: "" });

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** A file's address at the host that a person set; unchanged where none is set. */
export function atModelHost(url: string, { weights }: ModelHost): string {
  return weights === "" ? url : new URL(new URL(url).pathname.slice(1), weights).href;
}

/**
 * One base address for both kinds of files: a mirror keeps weights under `<owner>/<model>/` and
 * libraries under `<version>/`. Only https leaves this machine, as the page's policy says.
 */
export function modelHostOf(url: string): Result<ModelHost, { readonly kind: "url-invalid" }> {
  if (url.trim() === "") return ok(defaultModelHost);
  if (!URL.canParse(url.trim())) return err({ kind: "url-invalid" });
  const base = new URL(url.trim());
  const isSafe = base.protocol === "https:" ||
    (base.protocol === "http:" && LOOPBACK.test(base.hostname));
  if (!isSafe || base.username !== "" || base.search !== "" || base.hash !== "") {
    return err({ kind: "url-invalid" });
  }
  const href = base.href.endsWith("/") ? base.href : `${base.href}/`;
  return ok({ weights: href, libraries: href });
}

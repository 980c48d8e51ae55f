/**
 * The one Trusted Types policy of the page. Owns the decision which script URLs may start code:
 * those of our own origin, and no others. Makes no HTML: the app renders DOM nodes.
 *
 * A worker is started so that Vite bundles it and the policy vouches for it:
 *
 *   import workerUrl from "../worker/main.ts?worker&url";
 *   new Worker(trustedScriptUrl(workerUrl), { type: "module" });
 *
 * (`new Worker(new URL(...))` is a Trusted Types violation, whatever the bundler's manual says.)
 */

/** The name in the `trusted-types` directive of `edge/http/security-headers.ts`. */
const POLICY_NAME = "conclave";

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}

interface TrustedTypesHost {
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { readonly createScriptURL: (url: string) => string },
    ): ScriptUrlPolicy;
  };
  readonly location: { readonly href: string };
}

/**
 * Returns the absolute form of `url` when it has the same origin as `baseUrl`.
 * Throws a `TypeError` for any other origin or scheme (also `blob:` and `data:`).
 */
export function sameOriginScriptUrl(url: string, baseUrl: string): string {
  const resolved = new URL(url, baseUrl);
  const base = new URL(baseUrl);
  if (resolved.protocol !== base.protocol || resolved.host !== base.host) {
    throw new TypeError(
      `Cannot trust the script URL "${resolved.protocol}//${resolved.host}": ` +
        `only "${base.protocol}//${base.host}" may start code`,
    );
  }
  return resolved.href;
}

/**
 * Creates the function that vouches for script URLs on `host`. One per page: the policy is unique.
 */
export function createTrustedScriptUrl(host: TrustedTypesHost): (url: string) => string {
  const check = (url: string): string => sameOriginScriptUrl(url, host.location.href);
  let policy: ScriptUrlPolicy | undefined;
  return (url) => {
    if (host.trustedTypes === undefined) return check(url);
    policy ??= host.trustedTypes.createPolicy(POLICY_NAME, { createScriptURL: check });
    // The DOM types do not know TrustedScriptURL; the sink receives the object, not its text.
    return policy.createScriptURL(url) as string;
  };
}

/**
 * Vouches for a same-origin script URL, for `new Worker(...)` and `serviceWorker.register(...)`.
 * Throws a `TypeError` for any other origin. Do not concatenate the result: that drops the trust.
 */
export const trustedScriptUrl: (url: string) => string = createTrustedScriptUrl(
  globalThis as unknown as TrustedTypesHost,
);

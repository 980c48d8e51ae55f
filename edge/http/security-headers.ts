/**
 * The headers that every response carries, errors included.
 *
 * Owns the content security policy (architecture.md D42, relay.md C2). Same origin is the rule:
 * scripts, styles, fonts and workers come from here and nowhere else. `connect-src` is wider
 * because model hosts and relays are settings of the user; the page's one fetch adapter holds the
 * allow-list.
 */

/** Names in `trusted-types` that code of ours may create; see `web/client/trusted-types.ts`. */
const TRUSTED_TYPE_POLICIES = ["conclave"];

/** The policy as one header value. */
export const contentSecurityPolicy: string = [
  "default-src 'none'",
  // 'wasm-unsafe-eval' compiles WebAssembly (the engines); it does not allow eval.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  // `data:` leads nowhere: web-llm fetches the images of a prompt from such addresses.
  // Web sockets in the clear only to this machine: a relay beside the page, as `npm start` has it.
  "connect-src 'self' data: https: wss: http://localhost:* http://127.0.0.1:* " +
  "ws://localhost:* ws://127.0.0.1:*",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${TRUSTED_TYPE_POLICIES.join(" ")}`,
].join("; ");

/** Powers the page never uses. Only names that browsers know: an unknown one is a console error. */
const REFUSED_FEATURES = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "hid",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "serial",
  "usb",
];

/** Header names (lower case) and values. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": REFUSED_FEATURES.map((feature) => `${feature}=()`).join(", "),
  // The room key lives in the URL fragment; no address of ours leaves the page at all.
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

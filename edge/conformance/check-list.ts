/**
 * The check list of relay.md C3, line by line: which the suite here tests, and where the rest is.
 *
 * A test is named after its line. `check-list.spec.ts` holds the two in step and prints the count.
 */

/** Lines of the sections Handshake, Join, Frames, Parsing and Log. */
export const testedLines = {
  handshake: [
    "wrong Origin 403 before upgrade",
    "`Origin: null` refused",
    "no cookie ever set or read",
    "`Upgrade: WebSocket` in mixed case accepted",
    "bad Sec-WebSocket-Key leaves no object alive",
    "no extension negotiated",
    "no token in URL or subprotocol",
    "429 over per-prefix limit",
    "/64 grouping",
    "spoofed X-Forwarded-For ignored unless the proxy is trusted",
  ],
  join: [
    "silent socket closed at 5 s",
    "trickling socket closed at 5 s as well",
    "> 4 KiB pre-join closed",
    "proof for other room, other relay, other nonce, expired, reused: same code and time",
    "signature malleability / low-order keys refused",
    "unknown room indistinguishable",
    "resume re-authorises",
    "forged or MAC-less ahead cursor treated as a fresh join, no epoch change",
    "second socket of the same device replaces the first",
  ],
  frames: [
    "64 KiB + 1 -> 1009/4509",
    "65 fragments",
    "1-byte fragments x 10^6",
    "never-ending fragment",
    "192 MiB in 12 fragments (the Deno case)",
    "invalid UTF-8",
    "unmasked client frame",
    "reserved bits",
    "control frame > 125 B",
    "close code 1005/1006/1015 on the wire",
    "close reason > 123 B",
  ],
  parsing: [
    "`__proto__`, `constructor`, `prototype` keys",
    "depth 9",
    "10^5 keys in 64 KiB",
    "duplicate keys",
    "1e400, -0, 2^53+1 as seq",
    "lone surrogates, NUL, RTL override in names",
    "ids of wrong length",
  ],
  log: [
    "same id same body -> dup, same seq",
    "same id other body -> conflict",
    "publish before join refused",
    "publish to a room not joined refused (Excalidraw's hole)",
    "`from` in payload ignored",
    "seq never skips, never repeats",
    "ack never precedes durability",
  ],
} as const;

/** Lines about the page, the personas and keys in memory: not this process's. */
export const laterLines = [
  "Content: `javascript:` and `data:text/html` links inert",
  "Content: reference-style image not fetched",
  "Content: raw HTML shown as text",
  "Content: SVG script inert",
  "Content: mXSS corpus",
  "Content: Trusted Types violation = test failure",
  "Content: no network request while rendering the corpus",
  "Personas: replay triggers no answer",
  "Personas: two personas cannot exceed hop limit",
  "Personas: instruction inside a quoted message not obeyed",
  "Personas: stale host's answer rejected",
  "Personas: unsigned persona entry shown as unverified",
  "Privacy: key absent from DOM, history, storage, logs, heap of the relay",
  "Privacy: Referer empty",
] as const;

/** Lines that a decision struck. */
export const struckLines = [
  "Log: lower fencing token refused (D16: the relay knows no tokens; the fold refuses them, RM)",
] as const;

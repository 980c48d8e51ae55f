/**
 * The check list of relay.md C3, line by line: which the suite here tests, and which tests of other
 * tiers hold the rest. `check-list.spec.ts` looks for every one of them and prints the count.
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

const CONTENT = "e2e/browser/hostile-content.spec.ts";
const LAYOUT = "shared/personas/quoted-instruction.test.ts";
const FOLD = "shared/room/fold.test.ts";
const OPENER = "shared/crypto/opener.test.ts";
const SHARED = "e2e/browser/ui-shared.spec.ts";

/**
 * Lines about the page, the personas and keys in memory: the tests that hold them, as the file and
 * the title. They run in other tiers than this suite.
 */
export const elsewhereLines: Readonly<
  Record<string, readonly (readonly [file: string, title: string])[]>
> = {
  "Content: `javascript:` and `data:text/html` links inert": [
    [CONTENT, "Content: `javascript:` and `data:text/html` links inert"],
  ],
  "Content: reference-style image not fetched": [
    [CONTENT, "Content: reference-style image not fetched"],
  ],
  "Content: raw HTML shown as text": [[CONTENT, "Content: raw HTML shown as text"]],
  "Content: SVG script inert": [[CONTENT, "Content: SVG script inert"]],
  "Content: mXSS corpus": [[CONTENT, "Content: mXSS corpus"]],
  "Content: Trusted Types violation = test failure": [
    ["e2e/browser/guard.spec.ts", "the guard sees a refused script URL in the page"],
  ],
  "Content: no network request while rendering the corpus": [
    [CONTENT, "Content: no network request while rendering the corpus"],
  ],
  "Personas: replay triggers no answer": [
    ["e2e/journeys/01-first-minute.spec.ts", "journey 1: what was said is there after a reload"],
    [
      "shared/hosting/peer.test.ts",
      "[HO14] what a closed laptop left open is settled stale, and no reply is generated",
    ],
  ],
  "Personas: two personas cannot exceed hop limit": [
    [FOLD, "[RM8] a turn with a reply opens follow-ups to the recipe's depth and no further"],
  ],
  // What a model makes of words that it reads nobody can promise: only where they stand.
  "Personas: instruction inside a quoted message not obeyed": [
    [LAYOUT, "[PL84] an instruction in a line is in no rule, cue, choice or end of a prompt"],
  ],
  "Personas: stale host's answer rejected": [
    [FOLD, "[RM4] a settlement citing an older assignment is ignored"],
    [FOLD, "[RM4] a settlement by a device that is not the holder is ignored"],
  ],
  // Refused, not shown: an entry that no member signed never becomes an event.
  "Personas: unsigned persona entry shown as unverified": [
    [OPENER, "[CR10] with any bit changed opens as nothing of its author's"],
    [OPENER, "[CR12] a device without introduction is refused, and known for ever after one"],
    [OPENER, "[CR12] no member writes as another"],
  ],
  "Privacy: key absent from DOM, history, storage, logs, heap of the relay": [
    [
      SHARED,
      "the link is in the page only while it is shown, and is copied in one piece or in two",
    ],
    [SHARED, "an invite link leaves the address and the history before anything is drawn"],
    [
      "web/adapters/idb-shared-rooms.test.ts",
      "[SY71] a secret is read back whole and is nowhere in the clear",
    ],
    [
      "e2e/browser/blind-relay.spec.ts",
      "[TO3] files, output and memory of the relay hold no word and no key; what was planted is found",
    ],
  ],
  "Privacy: Referer empty": [[CONTENT, "Privacy: Referer empty"]],
};

/** Lines that a decision struck. */
export const struckLines = [
  "Log: lower fencing token refused (D16: the relay knows no tokens; the fold refuses them, RM)",
] as const;

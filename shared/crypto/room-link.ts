/**
 * The fragment of an invite link: `w=1.<W>[.<hint>]`, or read-only `r=1.<R>.<write key>[.<hint>]`.
 *
 * The hint is the relay's address in base64url, so that a dot in it cannot be mistaken.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR4  A link gives back what it was made of; every other text is refused as `link-invalid`.
 */

import { assert } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Bytes } from "../ports/crypto.ts";
import { decodeBase64Url, decodeExactly, encodeBase64Url } from "./base64url.ts";
import { utf8 } from "./bytes.ts";
import { cryptoLimits } from "./limits.ts";
import { PUBLIC_KEY_BYTES, type RoomSecret, SECRET_BYTES } from "./room-keys.ts";

export interface RoomLinkParts extends RoomSecret {
  /** Address of the relay where the room lives; the page's own origin when undefined. */
  readonly relayHint?: string | undefined;
}

export type LinkError = { readonly kind: "link-invalid" };

const decoder = new TextDecoder("utf-8", { fatal: false });

/** The fragment without `#`. */
export function formatRoomLink(parts: RoomLinkParts): string {
  const { access, secret, writePublicKey, relayHint } = parts;
  assert(secret.length === SECRET_BYTES, "Cannot format a link: its secret has 32 bytes");
  assert(relayHint === undefined || isHint(relayHint), "Cannot format a link: its hint is no URL");
  const fields = [encodeBase64Url(secret)];
  if (access === "read") {
    assert(
      writePublicKey?.length === PUBLIC_KEY_BYTES,
      "Cannot format a read-only link: its write public key has 32 bytes",
    );
    fields.push(encodeBase64Url(writePublicKey));
  }
  if (relayHint !== undefined) fields.push(encodeBase64Url(utf8(relayHint)));
  return `${access === "write" ? "w" : "r"}=1.${fields.join(".")}`;
}

/** Takes the fragment, with or without `#`, or the whole address that ends in it. */
export function parseRoomLink(text: string): Result<RoomLinkParts, LinkError> {
  if (text.length > cryptoLimits.linkCharsMax) return invalid;
  const match = /^(?:[^#]*#)?([wr])=1\.([A-Za-z0-9._-]+)$/.exec(text.trim());
  if (match === null) return invalid;
  const fields = (match[2] ?? "").split(".");
  const secret = decodeExactly(fields.shift() ?? "", SECRET_BYTES);
  if (secret === undefined) return invalid;
  if (match[1] === "w") return withHint({ access: "write", secret }, fields);
  const writePublicKey = decodeExactly(fields.shift() ?? "", PUBLIC_KEY_BYTES);
  if (writePublicKey === undefined) return invalid;
  return withHint({ access: "read", secret, writePublicKey }, fields);
}

const invalid = err<LinkError>({ kind: "link-invalid" });

/** `fields` is what is left of the link: nothing, or the hint. */
function withHint(
  parts: RoomSecret,
  fields: readonly string[],
): Result<RoomLinkParts, LinkError> {
  const [field] = fields;
  if (field === undefined) return ok(parts);
  const bytes: Bytes | undefined = decodeBase64Url(field);
  const relayHint = bytes === undefined ? "" : decoder.decode(bytes);
  return fields.length === 1 && isHint(relayHint) ? ok({ ...parts, relayHint }) : invalid;
}

/** Visible ASCII: what a browser's `URL` renders. Whether it may be used, the app decides. */
function isHint(text: string): boolean {
  return text.length <= cryptoLimits.relayHintCharsMax && /^[\x21-\x7e]+$/.test(text);
}

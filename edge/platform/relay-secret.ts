/** The secret that makes cursors, where it is a setting and not a file. Pure. */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { decodeBase64Url } from "#shared/crypto/mod.ts";
import type { Bytes } from "#shared/ports/mod.ts";

const SECRET_BYTES = 32;

/** `how` tells a person the way to set it. The error is for a person and never shows the value. */
export function readRelaySecret(text: string, how: string): Result<Bytes, string> {
  const secret = decodeBase64Url(text);
  return secret?.length === SECRET_BYTES ? ok(secret) : err(
    `Cannot use CONCLAVE_RELAY_SECRET: it must be ${SECRET_BYTES} random bytes in base64url, ${how}`,
  );
}

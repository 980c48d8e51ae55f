/**
 * Names what went wrong in the browser's storage, once, where it happened.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY11  A store that cannot work says full, denied, corrupt or failed; nothing is thrown.
 */

import type { StorageError } from "#shared/ports/mod.ts";

/** Thrown inside a transaction when a stored row is not what was stored: aborts and names it. */
export class CorruptRow extends Error {
  override readonly name = "CorruptRow";
}

/** Thrown where a database that was open is found to be a new, empty one: the old one is gone. */
export class DatabaseLost extends Error {
  override readonly name = "DatabaseLost";
}

/** What the browser calls the error, and whether the database was being opened. */
export function toStorageError(error: unknown, during: "open" | "transaction"): StorageError {
  const { name, message } = describeError(error);
  const detail = message === "" ? name : `${name}: ${message}`;
  switch (name) {
    case "QuotaExceededError":
      return { kind: "storage-full" };
    case "NotAllowedError":
    case "SecurityError":
      return { kind: "storage-denied", detail };
    case "InvalidStateError":
      // Private windows of some browsers refuse to open; later it means a closed connection.
      return { kind: during === "open" ? "storage-denied" : "storage-failed", detail };
    case "VersionError": // Written by a newer version of this app.
    case "NotFoundError": // A store or index that must be there is missing.
    case "NotReadableError":
    case "UnknownError": // Browsers say this when the files on disk cannot be read.
    case "CorruptRow":
      return { kind: "storage-corrupt", detail };
    case "DatabaseLost":
      return { kind: "storage-lost", detail };
    default:
      return { kind: "storage-failed", detail };
  }
}

function describeError(error: unknown): { readonly name: string; readonly message: string } {
  // DOMException is not an Error everywhere; both have a name and a message.
  if (typeof error !== "object" || error === null) return { name: "aborted", message: "" };
  const { name, message } = error as { readonly name?: unknown; readonly message?: unknown };
  return {
    name: typeof name === "string" ? name : "unnamed",
    message: typeof message === "string" ? message : "",
  };
}

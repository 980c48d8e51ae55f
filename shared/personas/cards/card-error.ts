import type { Result } from "../../base/result.ts";

/** Why a file is no card that can be read; each needs another file. */
export type CardError =
  | { readonly kind: "card-file-too-large"; readonly bytes: number; readonly bytesMax: number }
  | { readonly kind: "card-json-too-large"; readonly bytes: number; readonly bytesMax: number }
  | { readonly kind: "card-text-not-utf8" }
  | { readonly kind: "card-json-malformed" }
  | { readonly kind: "card-json-too-deep"; readonly depthMax: number }
  | { readonly kind: "card-number-too-large" }
  | { readonly kind: "card-unknown" }
  | { readonly kind: "card-is-lorebook" }
  | { readonly kind: "card-nameless" }
  | { readonly kind: "card-text-too-long"; readonly field: string; readonly charsMax: number }
  | { readonly kind: "card-list-too-long"; readonly field: string; readonly itemsMax: number }
  | { readonly kind: "card-base64-malformed" }
  | { readonly kind: "png-malformed"; readonly problem: PngProblem }
  | { readonly kind: "png-without-card" }
  | { readonly kind: "zip-malformed"; readonly problem: ZipProblem }
  | { readonly kind: "zip-without-card" };

export type PngProblem = "truncated" | "checksum" | "order" | "too-many-chunks";

export type ZipProblem =
  | "truncated"
  | "checksum"
  | "unsafe-name"
  | "same-name"
  | "too-many-entries"
  | "too-large"
  | "ratio"
  | "unsupported";

export type Read<T> = Result<T, CardError>;

/**
 * What a host's answer to one request for a part of a file means.
 *
 * Pure. Requests ask for `from` up to `to`, or to the end where the host's parts cannot be told
 * apart. `If-Range` is not sent: it needs a preflight that hubs refuse; the answer is compared with
 * what is here instead, which finds the same changes.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN60 A part (206) goes on only where it begins as asked and is of the same file.
 *   IN61 A whole file (200) in place of a part is taken from its first byte.
 *   IN62 Another validator or total, a part out of reach (416) or one that cannot be placed begins
 *        its file again, `beginningsMax` times.
 *   IN63 401 and 403 end the download as `access-denied`, other refusals as `host-unreachable`.
 *   IN64 408, 425, 429, 5xx, a cut and a stall are tried again, later each time.
 */

export interface HostAnswer {
  readonly status: number;
  /** These are undefined where the host does not send them or hides them from other origins. */
  readonly contentRange: string | undefined;
  readonly contentLength: number | undefined;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly retryAfterS: number | undefined;
}

export interface AskedPart {
  readonly from: number;
  /** Undefined: to the end. */
  readonly to: number | undefined;
  /** The file's size as its publisher or a hash list tells it. */
  readonly publishedBytes: number | undefined;
  /** Its size as this host said it before. */
  readonly bytes: number | undefined;
  /** Of what is here already; undefined where nothing is, or it had none. */
  readonly validator: string | undefined;
}

export type AnswerVerdict =
  /** The body is what was asked for. */
  | { readonly kind: "part"; readonly bytes: number; readonly validator: string | undefined }
  /** The body is the file from its first byte. */
  | {
    readonly kind: "whole";
    readonly bytes: number | undefined;
    readonly validator: string | undefined;
  }
  | { readonly kind: "changed"; readonly detail: string }
  /** The file cannot be fetched in parts. */
  | { readonly kind: "no-parts" }
  | { readonly kind: "wrong-size"; readonly bytes: number }
  | { readonly kind: "retry"; readonly detail: string; readonly afterMs: number }
  | { readonly kind: "denied" }
  | { readonly kind: "refused"; readonly detail: string };

const RETRIED: ReadonlySet<number> = new Set([408, 425, 429]);

export function judgeAnswer(answer: HostAnswer, asked: AskedPart): AnswerVerdict {
  const { status } = answer;
  if (status === 206) return judgePart(answer, asked);
  if (status === 200) return judgeWhole(answer, asked, answer.contentLength);
  if (status === 416) return { kind: "changed", detail: "HTTP 416" }; // IN62
  if (status === 401 || status === 403) return { kind: "denied" }; // IN63
  const detail = `HTTP ${status}`;
  if (!RETRIED.has(status) && status < 500) return { kind: "refused", detail };
  return { kind: "retry", detail, afterMs: Math.max(0, (answer.retryAfterS ?? 0) * 1000) };
}

/**
 * A strong entity tag, else the date of change: what tells two versions of a file apart. A weak tag
 * promises no equal bytes.
 */
export function validatorOf({ etag, lastModified }: HostAnswer): string | undefined {
  return etag !== undefined && /^".*"$/.test(etag) ? etag : lastModified;
}

function judgePart(answer: HostAnswer, asked: AskedPart): AnswerVerdict {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.contentRange ?? "");
  if (range === null) {
    // Hidden from this origin, or of a form that does not tell the size.
    const isFromStart = asked.from === 0 && asked.to === undefined;
    return isFromStart ? judgeWhole(answer, asked, answer.contentLength) : { kind: "no-parts" };
  }
  const [from, last, bytes] = range.slice(1).map(Number) as [number, number, number];
  const end = Math.min(asked.to ?? bytes, bytes);
  if (from !== asked.from || last + 1 !== end) { // IN60
    return { kind: "changed", detail: `bytes ${from}-${last} for ${asked.from}-${end - 1}` };
  }
  const judged = judgeWhole(answer, asked, bytes);
  if (judged.kind !== "whole" || (asked.from === 0 && asked.to === undefined)) return judged;
  const isOther = (asked.bytes !== undefined && asked.bytes !== bytes) ||
    (asked.validator !== undefined && judged.validator !== asked.validator);
  if (isOther) return { kind: "changed", detail: "another version" }; // IN62
  return { kind: "part", bytes, validator: judged.validator };
}

function judgeWhole(
  answer: HostAnswer,
  asked: AskedPart,
  bytes: number | undefined,
): AnswerVerdict {
  const { publishedBytes } = asked;
  if (bytes !== undefined && publishedBytes !== undefined && bytes !== publishedBytes) {
    return { kind: "wrong-size", bytes };
  }
  return { kind: "whole", bytes, validator: validatorOf(answer) };
}

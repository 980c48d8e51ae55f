/** What the hostile host of one seed serves and does. Pure. */

import { SeededRandom } from "../../../shared/testing/fakes/seeded-random.ts";

export const hostFaults = [
  ...["cut", "stall", "damage", "ignores-range", "hides-range", "no-answer", "forbidden"],
  ...["missing", "busy", "broken", "out-of-reach", "changes", "shifted", "lies-longer"],
  ...["lies-total"],
] as const;
export type HostFault = (typeof hostFaults)[number];

export interface HostFile {
  readonly path: string;
  readonly bytes: number;
  /** Its size and hash are published. */
  readonly isPublished: boolean;
}

export interface HostPlan {
  readonly seed: number;
  readonly files: readonly HostFile[];
  readonly hasValidator: boolean;
  /** Of the requests in turn; later ones go well. */
  readonly faults: readonly (HostFault | "none")[];
  /** What a person does meanwhile: after so many served requests, pause, or the worker dies. */
  readonly breaks: readonly { readonly afterRequests: number; readonly how: "pause" | "kill" }[];
}

/** Share of requests that go wrong while the host is hostile. */
const FAULT_SHARE = 0.45;

export function planHost(seed: number): HostPlan {
  const random = new SeededRandom(`download-torture-${seed}`);
  const count = 1 + random.integer(3);
  const files = Array.from({ length: count }, (_, index) => ({
    path: index === 0 ? "onnx/model.onnx" : `part-${index}.bin`,
    bytes: 1 + random.integer(60_000),
    isPublished: random.next() < 0.7,
  }));
  const faults = Array.from(
    { length: 2 + random.integer(14) },
    () =>
      random.next() < FAULT_SHARE
        ? hostFaults[random.integer(hostFaults.length)] ?? "none"
        : "none",
  );
  const breaks = Array.from({ length: random.integer(3) }, (_, index) => ({
    afterRequests: 1 + index * 3 + random.integer(4),
    how: random.next() < 0.5 ? "pause" as const : "kill" as const,
  }));
  return { seed, files, faults, breaks, hasValidator: random.next() < 0.8 };
}

/** A version of a file: equal in every run, and no two alike anywhere. */
export function bytesOf(seed: number, file: HostFile, version: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(file.bytes);
  let state = Math.imul(seed + 1, 2_654_435_761) ^ Math.imul(version + 1, 40_503) ^ file.bytes;
  for (let at = 0; at < bytes.length; at += 1) {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) + at | 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

import type { IdSource } from "../../ports/ids.ts";

/** Ids that count per prefix: `in_1`, `in_2`, `tn_1`. One source per test. */
export class CountingIds implements IdSource {
  readonly #counts = new Map<string, number>();

  next(prefix: string): string {
    const count = (this.#counts.get(prefix) ?? 0) + 1;
    this.#counts.set(prefix, count);
    return `${prefix}_${count}`;
  }
}

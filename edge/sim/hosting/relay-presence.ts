/** Which devices have a joined socket, read off what a relay takes and gives. */

import type { RelayFact } from "../sim-trace.ts";
import type { HostingNews } from "./hosting-trace.ts";

export class RelayPresence {
  readonly #asked = new Map<number, string>();
  readonly #joined = new Map<number, string>();

  take(fact: RelayFact): readonly HostingNews[] {
    if (fact.kind === "in" && fact.frame?.t === "join") {
      this.#asked.set(fact.wire, fact.frame.device);
    }
    if (fact.kind === "out" && fact.frame.t === "joined") {
      const device = this.#asked.get(fact.wire) ?? "";
      const isNew = !this.#isHere(device);
      this.#joined.set(fact.wire, device);
      return isNew ? [{ kind: "here", device }] : [];
    }
    if (fact.kind !== "closed") return [];
    const device = this.#joined.get(fact.wire);
    this.#joined.delete(fact.wire);
    return device === undefined || this.#isHere(device) ? [] : [{ kind: "gone", device }];
  }

  /** A relay that was killed has no sockets. */
  forget(): void {
    this.#joined.clear();
  }

  #isHere(device: string): boolean {
    return [...this.#joined.values()].includes(device);
  }
}

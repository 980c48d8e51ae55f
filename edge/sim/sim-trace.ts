/** What a simulated run is: a list of facts that checkers read. Plain data, in order. */

import type { ClientFrame, ServerFrame } from "#shared/protocol/mod.ts";

/** One entry of a peer's mirror, as far as the invariants need it. */
export interface SeenEntry {
  readonly seq: number;
  readonly id: string;
  readonly sealed: string;
  /** Whoever signed it. */
  readonly device: string;
  readonly body: { readonly kind: string };
}

/** How a peer stands when the faults are long over. */
export interface FinalPeer {
  readonly name: string;
  readonly device: string;
  readonly phase: string;
  readonly unsent: number;
  readonly present: readonly string[];
  readonly ids: readonly string[];
  readonly openTurns: number;
  /** Of the room as its page has folded it, and of all plans. */
  readonly roomHash: string;
}

/** What the relay does, as its platform sees it. */
export type RelayFact =
  /** The relay took a text; `frame` is undefined when it is not JSON. */
  | { readonly kind: "in"; readonly wire: number; readonly frame: ClientFrame | undefined }
  /** The relay gave a frame to its platform. */
  | { readonly kind: "out"; readonly wire: number; readonly frame: ServerFrame }
  | { readonly kind: "closed"; readonly wire: number }
  /** The relay was killed; its disk kept this much. */
  | { readonly kind: "killed"; readonly epoch: string; readonly head: number };

export type SimFact =
  | RelayFact
  /** A row entered a peer's outbox. */
  | { readonly kind: "said"; readonly device: string; readonly text: string }
  | {
    readonly kind: "mirror";
    readonly peer: string;
    readonly epoch: string;
    readonly entries: readonly SeenEntry[];
  }
  | { readonly kind: "phase"; readonly peer: string; readonly phase: string }
  | { readonly kind: "final"; readonly log: readonly string[]; readonly peers: FinalPeer[] };

/** A check over a run: takes each fact once, in order, and complains about what breaks it. */
export interface Invariant {
  readonly name: string;
  readonly title: string;
  start(): (fact: SimFact) => string | undefined;
}

/** Complaints of all `invariants` about `facts`, each with the invariant's name. */
export function complaintsOf(
  invariants: readonly Invariant[],
  facts: readonly SimFact[],
): readonly string[] {
  return invariants.flatMap((invariant) => {
    const check = invariant.start();
    return facts.flatMap((fact) => {
      const complaint = check(fact);
      return complaint === undefined ? [] : [`${invariant.name}: ${complaint}`];
    });
  });
}

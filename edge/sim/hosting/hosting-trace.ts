/**
 * What a simulated run of the hosting world is: facts in order, each with its time, that checkers
 * read. Plain data.
 */

/** What a peer's page believes of one persona. */
export interface SeenPersona {
  readonly persona: string;
  /** Who hosts her, with the fencing token; undefined while nobody does. */
  readonly holder?: { readonly device: string; readonly seq: number } | undefined;
  /** This peer's place among those who may and can host her; undefined when it may or can not. */
  readonly rank?: number | undefined;
}

/** An attempt that is settled in a peer's view. */
export interface SeenAnswer {
  /** `turn/persona/attempt`. */
  readonly key: string;
  /** What was accepted: seq, device, kind and text, where a kind has one. */
  readonly answer: string;
}

/** How a peer stands when the faults are long over. */
export interface FinalPeer {
  readonly name: string;
  readonly phase: string;
  readonly unsent: number;
  readonly head: number;
  readonly openTurns: readonly number[];
  /** Inputs of its ledger that have not ended, as `turn/persona/attempt phase`. */
  readonly liveInputs: readonly string[];
  /** Inputs that ended without a reason, and attempts of its room without an outcome. */
  readonly unexplained: readonly string[];
  /** Of the room as its page has folded it, and of all plans. */
  readonly roomHash: string;
  /** Every message of people in its log, in order, as it was typed. */
  readonly said: readonly string[];
  /** Accepted settlements by `turn/persona/attempt`, each one entry of the log. */
  readonly accepted: readonly string[];
}

export type HostingNews =
  /** A relay's socket with a joined device opened, or its last one closed. */
  | { readonly kind: "here" | "gone"; readonly device: string }
  /** The relay was killed and started anew: it counts its absent devices' time from now. */
  | { readonly kind: "restarted" }
  | { readonly kind: "said"; readonly peer: string; readonly text: string }
  /** An engine process was started, or a person pressed retry, which gives a fresh budget. */
  | { readonly kind: "engine"; readonly engine: string; readonly what: "start" | "helped" }
  /** Nothing keeps a peer from hosting, or something does. */
  | { readonly kind: "fit" | "unfit"; readonly peer: string; readonly device: string }
  /** A peer's page opened or closed: what it saw before is not what it sees now. */
  | { readonly kind: "page"; readonly peer: string; readonly isOpen: boolean }
  | {
    readonly kind: "view";
    readonly peer: string;
    readonly personas: readonly SeenPersona[];
    /** Settled since its last view. */
    readonly answers: readonly SeenAnswer[];
    /** Personas that a device gave back since the last view because its engine is stuck. */
    readonly failed: readonly { readonly device: string; readonly persona: string }[];
  }
  | { readonly kind: "step"; readonly name: string; readonly peer: string }
  | { readonly kind: "final"; readonly peers: readonly FinalPeer[] };

export type HostingFact = HostingNews & {
  /** Virtual time. */
  readonly atMs: number;
};

/** A check over a run: takes each fact once, in order, and complains about what breaks it. */
export interface HostingInvariant {
  readonly name: string;
  readonly title: string;
  start(): (fact: HostingFact) => string | undefined;
}

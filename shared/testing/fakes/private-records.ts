import type { PrivateCandidate } from "../../ledger/private-work.ts";

/** A person's private task for Ada, unless told otherwise. */
export function privateOf(change: Partial<PrivateCandidate> = {}): PrivateCandidate {
  return {
    roomId: "room",
    persona: "ada",
    kind: "prompt",
    idempotencyKey: "rq-1",
    header: {
      origin: { kind: "person" },
      durability: "durable",
      visibility: { prompt: true, person: true },
    },
    work: { kind: "task", text: "Think" },
    human: true,
    segments: [],
    ...change,
  };
}

/** Notes came in: look at them. */
export function wakeOf(change: Partial<PrivateCandidate> = {}): PrivateCandidate {
  return systemOf({ work: { kind: "wake" }, ...change });
}

/** Words for the next run, which are in the log with the acceptance. */
export function noteOf(text: string, change: Partial<PrivateCandidate> = {}): PrivateCandidate {
  return systemOf({ work: { kind: "note", text }, segments: [{ note: text }], ...change });
}

/** An event of a caller, of which the newest of a key counts. */
export function eventOf(key: string, change: Partial<PrivateCandidate> = {}): PrivateCandidate {
  const { header } = privateOf();
  return privateOf({
    kind: "external",
    header: { ...header, origin: { kind: "external", source: "cron" }, supersessionKey: key },
    human: false,
    ...change,
  });
}

function systemOf(change: Partial<PrivateCandidate>): PrivateCandidate {
  const { header } = privateOf();
  const system = { ...header, origin: { kind: "system" } } as const;
  return privateOf({ kind: "system", header: system, human: false, ...change });
}

import { expect, test } from "vitest";
import { hostingInvariants } from "./hosting-invariants.ts";
import type {
  FinalPeer,
  HostingFact,
  HostingNews,
  SeenAnswer,
  SeenPersona,
} from "./hosting-trace.ts";

const at = (atMs: number, news: HostingNews): HostingFact => ({ ...news, atMs });
const here = (device: string): HostingNews => ({ kind: "here", device });
const gone = (device: string): HostingNews => ({ kind: "gone", device });
const fit = (peer: string): HostingNews => ({ kind: "fit", peer, device: `dv_${peer}` });
const unfit = (peer: string): HostingNews => ({ kind: "unfit", peer, device: `dv_${peer}` });
const engine = (what: "start" | "helped"): HostingNews => ({
  kind: "engine",
  engine: "ada.1",
  what,
});
const step: HostingNews = { kind: "step", name: "say", peer: "ada" };
const heldBy = (peer: string, seq = 4): SeenPersona["holder"] => ({ device: `dv_${peer}`, seq });
const view = (
  peer: string,
  persona: Omit<SeenPersona, "persona">,
  answers: readonly SeenAnswer[] = [],
): HostingNews => ({
  ...{ kind: "view", peer, personas: [{ persona: "ps_a", ...persona }], answers, failed: [] },
});
const failed = (peer: string): HostingNews => ({
  ...{ kind: "view", peer, personas: [{ persona: "ps_a", rank: 0 }], answers: [] },
  failed: [{ device: `dv_${peer}`, persona: "ps_a" }],
});
const answer = (text: string): SeenAnswer => ({ key: "7/ps_a/0", answer: text });
const final = (patch: Partial<FinalPeer> = {}, name = "ada"): HostingNews => {
  const whole = {
    ...{ name, phase: "live", unsent: 0, head: 9, openTurns: [], liveInputs: [] },
    ...{ unexplained: [], roomHash: "h", said: ["hush 1"], accepted: ["7/ps_a/0"] },
  };
  return { kind: "final", peers: [{ ...whole, name: "first" }, { ...whole, ...patch }] };
};
const said: HostingNews = { kind: "said", peer: "ada", text: "hush 1" };

/** Ada holds the persona, goes without a word, and is succeeded by Bob of rank 1 in time. */
const whole: readonly HostingFact[] = [
  ...[at(0, here("dv_ada")), at(0, here("dv_bob")), at(0, engine("start"))],
  ...[at(0, view("bob", { holder: heldBy("ada"), rank: 1 })), at(0, fit("bob"))],
  ...[at(10, said), at(1_000, gone("dv_ada")), at(16_000, view("bob", { rank: 1 }))],
  ...[at(21_500, view("bob", { holder: heldBy("bob", 8), rank: 1 }, [answer("8 replied")]))],
  ...[at(21_600, view("cy", { holder: heldBy("bob", 8) }, [answer("8 replied")]))],
  ...[at(60_000, step), at(60_000, final())],
];

const starts = (times: readonly number[]): HostingFact[] =>
  times.map((time) => at(time, engine("start")));
const begun = [at(0, here("dv_ada")), at(0, fit("bob"))];
const bobLeftOut = view("bob", { holder: heldBy("ada"), rank: 1 });

/** What each must complain about. */
const broken: Readonly<Record<string, readonly (readonly HostingFact[])[]>> = {
  I21: [
    [at(0, said), at(1, final({ openTurns: [7] }))],
    [at(0, said), at(1, final({ unsent: 1 }))],
    [at(0, said), at(1, final({ phase: "offline" }))],
    [at(0, said), at(1, final({ roomHash: "other" }))],
  ],
  I22: [
    [
      at(0, view("bob", { holder: heldBy("bob") }, [answer("8 replied")])),
      at(1, view("cy", { holder: heldBy("bob") }, [answer("9 replied")])),
    ],
    [at(0, said), at(1, final({ accepted: ["7/ps_a/0", "7/ps_a/0"] }))],
  ],
  I23: [
    starts([0, 1, 2, 3, 4, 5, 599_999]),
    [at(0, engine("helped")), ...starts([0, 1, 2, 3, 4, 5, 6])],
  ],
  I24: [
    // Free: a step for each rank up to its own, and the latency.
    [...begun, at(0, view("bob", { rank: 1 })), at(7_001, step)],
    // Fit later than free: from then.
    [at(0, view("bob", { rank: 0 })), at(9_000, fit("bob")), at(14_001, step)],
    // Lost: the relay's 15 s come on top.
    [...begun, at(0, bobLeftOut), at(1_000, gone("dv_ada")), at(23_001, step)],
    // Held by one without a socket from the start.
    [at(0, fit("bob")), at(0, bobLeftOut), at(22_001, step)],
    // Given back by a stuck engine: five minutes later.
    [...begun, at(0, failed("bob")), at(305_001, step)],
  ],
  I25: [
    [at(0, said), at(1, final({ liveInputs: ["7/ps_a/0 queued"] }))],
    [at(0, said), at(1, final({ unexplained: ["7/ps_a/0"] }))],
  ],
  I26: [
    [
      at(0, view("bob", { holder: heldBy("bob") })),
      at(1, view("cy", { holder: heldBy("ada") })),
    ],
  ],
  I27: [
    [at(0, said), at(1, final({ said: [] }))],
    [at(0, said), at(1, final({ said: ["hush 1", "hush 1"] }))],
  ],
};

/** What none may complain about. */
const fine: Readonly<Record<string, readonly HostingFact[]>> = {
  "a run as it should be": whole,
  "another restart when the window is over": starts([0, 1, 2, 3, 4, 5, 600_000]),
  "fresh restarts for whom a person helped": [
    ...[...starts([0, 1, 2, 3, 4, 5]), at(6, engine("helped")), ...starts([7, 8])],
  ],
  "a peer that is not fit all the time": [
    ...[...begun, at(0, view("bob", { rank: 0 })), at(4_000, unfit("bob"))],
    ...[at(4_100, fit("bob")), at(9_000, step)],
  ],
  "a peer that cannot host": [...begun, at(0, view("bob", {})), at(600_000, step)],
  "a peer that failed her": [...begun, at(0, failed("bob")), at(304_000, step)],
  "a relay that begins to count anew": [
    ...[...begun, at(0, bobLeftOut), at(1_000, gone("dv_ada")), at(15_000, { kind: "restarted" })],
    at(36_000, step),
  ],
};

function complaintsOf(facts: readonly HostingFact[]): readonly string[] {
  return hostingInvariants.flatMap(({ name, start }) => {
    const check = start();
    return facts.flatMap((fact) => check(fact) === undefined ? [] : [name]);
  });
}

test("[HO111] every invariant of the hosting world complains about a trace that breaks it", () => {
  expect(hostingInvariants.map(({ name }) => name).toSorted()).toEqual(Object.keys(broken));
  for (const [name, traces] of Object.entries(broken)) {
    for (const [index, trace] of traces.entries()) {
      expect(complaintsOf(trace), `${name}, trace ${index}`).toEqual([name]);
    }
  }
});

test("[HO111] and none about what is allowed", () => {
  for (const [title, trace] of Object.entries(fine)) {
    expect(complaintsOf(trace), title).toEqual([]);
  }
});

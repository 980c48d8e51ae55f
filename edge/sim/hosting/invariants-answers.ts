/** Invariants of answers and of what people typed: I21, I22, I25 and I27 (HO110). */

import type { HostingInvariant } from "./hosting-trace.ts";

export const allSettles: HostingInvariant = {
  name: "I21",
  title: "after healing every turn is settled on every peer, and their rooms are equal",
  start: () => (fact) => {
    if (fact.kind !== "final") return undefined;
    const busy = fact.peers.find((peer) =>
      peer.phase !== "live" || peer.unsent > 0 || peer.openTurns.length > 0
    );
    if (busy !== undefined) {
      const { name, phase, unsent, openTurns } = busy;
      return `${name} is ${phase}, ${unsent} unsent, open turns ${openTurns.join()}`;
    }
    const [first, ...others] = fact.peers;
    const odd = others.find((peer) => peer.roomHash !== first?.roomHash);
    return odd &&
      `${odd.name} at ${odd.head} has another room than ${first?.name} at ${first?.head}`;
  },
};

export const oneAnswer: HostingInvariant = {
  name: "I22",
  title: "at most one accepted answer per turn, persona and attempt, on every peer the same",
  start() {
    const answers = new Map<string, string>();
    return (fact) => {
      if (fact.kind === "final") {
        const doubled = fact.peers.find(({ accepted }) =>
          new Set(accepted).size !== accepted.length
        );
        return doubled && `${doubled.name} accepted an attempt twice`;
      }
      if (fact.kind !== "view") return undefined;
      const odd = fact.answers.find(({ key, answer }) => {
        const known = answers.get(key);
        answers.set(key, answer);
        return known !== undefined && known !== answer;
      });
      return odd && `${fact.peer} has of ${odd.key} another answer: ${odd.answer}`;
    };
  },
};

export const nothingLost: HostingInvariant = {
  name: "I25",
  title: "no input is lost: everything that a state called for ended with a reason",
  start: () => (fact) => {
    if (fact.kind !== "final") return undefined;
    const waiting = fact.peers.find(({ liveInputs }) => liveInputs.length > 0);
    if (waiting !== undefined) return `${waiting.name} still has ${waiting.liveInputs.join("; ")}`;
    const mute = fact.peers.find(({ unexplained }) => unexplained.length > 0);
    return mute && `${mute.name} does not say why: ${mute.unexplained.join("; ")}`;
  },
};

export const saidOnce: HostingInvariant = {
  name: "I27",
  title: "what a person typed appears once on every peer",
  start() {
    const typed: string[] = [];
    return (fact) => {
      if (fact.kind === "said") typed.push(fact.text);
      if (fact.kind !== "final") return undefined;
      const whole = typed.toSorted().join();
      const odd = fact.peers.find(({ said }) => said.toSorted().join() !== whole);
      return odd && `${odd.name} has ${odd.said.length} messages of ${typed.length}`;
    };
  },
};

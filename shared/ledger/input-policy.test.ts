import { expect, test } from "vitest";
import type { InputKind, PrivateWork } from "../ports/peer-store.ts";
import {
  admissionOfTurn,
  admissionOfWork,
  policyOf,
  type SessionActivity,
} from "./input-policy.ts";

const activities: readonly SessionActivity[] = ["idle", "running", "paused"];

const works: Readonly<Record<string, readonly [InputKind, PrivateWork]>> = {
  task: ["prompt", { kind: "task", text: "x" }],
  "task of a parent": ["peer", { kind: "task", text: "x" }],
  resume: ["system", { kind: "resume", of: "run" }],
  wake: ["system", { kind: "wake" }],
  note: ["system", { kind: "note", text: "x" }],
  "note of a peer": ["peer", { kind: "note", text: "x" }],
  memory: ["system", { kind: "memory", job: "extract" }],
  compact: ["system", { kind: "compact" }],
  event: ["external", { kind: "task", text: "x" }],
  result: ["projected", { kind: "wake" }],
};

/** Woken when idle, running, paused; then what is decided whatever it does, and the urgency. */
test.each([
  ["task", "w-- run fifo end work"],
  ["task of a parent", "w-- run fifo end work"],
  ["resume", "w-- run fifo end work"],
  ["wake", "w-- run coalesce end work"],
  ["note", "--- next-run none accept work"],
  ["note of a peer", "--- next-run none accept work"],
  ["memory", "w-- run coalesce end ambient"],
  ["compact", "w-- run coalesce end work"],
  ["event", "w-- run supersede end ambient"],
  ["result", "w-- run coalesce end work"],
])("[LG26] a private %s is admitted as %s", (name, expected) => {
  const [kind, work] = works[name] as readonly [InputKind, PrivateWork];
  const decisions = activities.map((activity) => admissionOfWork({ kind, work }, activity));
  const wakes = decisions.map((one) => one.wakes ? "w" : "-").join("");
  const [{ apply, queue, consume }] = decisions as [typeof decisions[number]];
  for (const one of decisions) expect(one).toMatchObject({ version: 1, apply, queue, consume });
  const { urgency } = policyOf({ kind, work, human: true, attempt: 0 });
  expect(`${wakes} ${apply} ${queue} ${consume} ${urgency}`).toBe(expected);
  expect(decisions.every((one) => one.records)).toBe(true);
});

test.each<[InputKind, string, string]>([
  ["prompt", "merge directed", "fifo directed"],
  ["peer", "fifo directed", "fifo yields work"],
  ["flow-step", "merge directed", "fifo yields work"],
  ["system", "fifo directed", "fifo directed"],
  ["external", "fifo directed", "fifo ambient"],
  ["projected", "fifo directed", "fifo yields work"],
])("[LG26] a %s of a turn is admitted as %s for a person, else as %s", (kind, human, other) => {
  const told = (isHuman: boolean): string => {
    const input = { kind, human: isHuman, attempt: 0 };
    const { queue, ...decision } = admissionOfTurn(input);
    const plain = { version: 1, apply: "run", wakes: true, consume: "end", records: false };
    expect(decision).toEqual(plain);
    const { yields, urgency } = policyOf({ ...input, work: undefined });
    return `${queue} ${yields ? "yields " : ""}${urgency}`;
  };
  expect([told(true), told(false)]).toEqual([human, other]);
  expect(admissionOfTurn({ kind, human: true, attempt: 1 }).queue).toBe("fifo");
});

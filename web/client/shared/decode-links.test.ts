import { expect, test } from "vitest";
import { tabDecoders } from "../peer-status.ts";
import { decodeLinks } from "./decode-links.ts";

const whole = {
  roomId: "room",
  link: { phase: "catching-up", seq: 3, head: 9 },
  present: ["me", "you"],
  refused: [{ seq: 4, reason: "bad-signature" }],
} as const;

test("[SY96] whole links come through, whatever their phase", () => {
  const phases = [
    { phase: "connecting" },
    { phase: "live" },
    { phase: "offline", reason: "unreachable", retryMs: 250.5 },
    { phase: "refused", reason: "badProof" },
  ] as const;
  const links = [whole, ...phases.map((link) => ({ ...whole, link }))];
  expect(decodeLinks(structuredClone(links))).toEqual(links);
});

test("[SY96] what is malformed is left out and the rest stays", () => {
  const broken: readonly unknown[] = [
    undefined,
    null,
    "room",
    { ...whole, roomId: "" },
    { ...whole, link: { phase: "asleep" } },
    { ...whole, link: { phase: "offline", reason: "x" } },
    { ...whole, link: undefined },
    { ...whole, present: [1] },
    { ...whole, present: undefined },
    { ...whole, refused: 7 },
  ];
  expect(decodeLinks([...broken, whole])).toEqual([whole]);
  const half = { ...whole, refused: [{ seq: "4" }, null, ...whole.refused] };
  expect(decodeLinks([half])).toEqual([whole]);
});

test("[SY96] [CR40] forks come through with the number of those that are not kept", () => {
  const fork = {
    ...{ device: "dv", epochTag: "01234567", agreedSeq: 0, seq: 1, at: 1, mine: "" },
    theirs: "t",
  };
  const forked = { ...whole, forks: [fork], otherForks: 3 };
  expect(decodeLinks([forked])).toEqual([forked]);
  expect(decodeLinks([{ ...forked, otherForks: -1 }])).toEqual([{ ...whole, forks: [fork] }]);
  expect(decodeLinks([{ ...whole, forks: [{ ...fork, seq: "1" }] }])).toEqual([whole]);
});

test("[SY96] a tab of an earlier version, which says nothing of links, means none", () => {
  const status = { engine: { phase: "idle" }, running: [] };
  expect(tabDecoders.status(status)).toMatchObject({ ok: true, value: { links: [] } });
  expect(tabDecoders.status({ ...status, links: [whole] }))
    .toMatchObject({ ok: true, value: { links: [whole] } });
  expect(tabDecoders.status({ links: [] })).toMatchObject({ ok: false });
});

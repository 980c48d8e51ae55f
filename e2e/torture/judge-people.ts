/** Holds what two browsers have against what the relay promised them and what was typed. */

import { expect } from "@playwright/test";
import { checkLog, checkOrder, compareLogs, type Findings, type LogRow } from "./history.ts";
import { type MirrorRow, type People, readMirror } from "./people.ts";

const SAME_MS_MAX = 30_000;

/**
 * `promised`: of each person, what was acknowledged before `relayLog` was read; seq by id.
 * `relayLog`: the log as the relay gave it to a newcomer just now.
 */
export async function judgePeople(
  people: People,
  promised: readonly ReadonlyMap<string, number>[],
  relayLog: readonly LogRow[],
): Promise<readonly Findings[]> {
  const head = relayLog.at(-1)?.seq ?? 0;
  const mirrors: (readonly MirrorRow[])[] = [];
  for (const person of people.all) {
    // The other's last entries may be on their way; less than the head would be a loss.
    let mirror: readonly MirrorRow[] = [];
    await expect.poll(async () => {
      mirror = await readMirror(person, people.roomId);
      return mirror.at(-1)?.seq ?? 0;
    }, { timeout: SAME_MS_MAX }).toBeGreaterThanOrEqual(head);
    mirrors.push(mirror.filter(({ seq }) => seq <= head));
  }
  return [
    ...mirrors.flatMap((mirror) => judgeMirror(people, promised, mirror, relayLog)),
    ...promised.map((acknowledged) => checkLog(acknowledged, relayLog)),
  ];
}

/** The newest words of the log are on both screens. */
export async function expectOnScreen({ all, roomId }: People): Promise<void> {
  for (const person of all) {
    const newest = (await readMirror(person, roomId)).findLast(({ text }) => text !== undefined);
    const line = person.page.getByText(newest?.text ?? "", { exact: true }).first();
    await expect(line).toBeVisible({ timeout: SAME_MS_MAX });
  }
}

function judgeMirror(
  people: People,
  promised: readonly ReadonlyMap<string, number>[],
  mirror: readonly MirrorRow[],
  relayLog: readonly LogRow[],
): readonly Findings[] {
  const said = mirror.flatMap(({ text }) => text ?? []);
  const unreadable = mirror.filter(({ kind }) => kind === "refused").map(({ id }) => id);
  return [
    { lost: unreadable, doubled: [], reordered: [] },
    compareLogs(mirror, relayLog),
    ...promised.map((acknowledged) => checkLog(acknowledged, mirror)),
    ...people.all.map(({ typed }) => checkOrder(typed, said)),
  ];
}

/**
 * Kills the browser at seeded moments of a turn, starts it again on the same profile and judges
 * the room.
 *
 * Each round begins with a copy of one profile in which a room has had one turn: so a round depends
 * on its seed and number alone and can be run again by itself. The profile is then the round's
 * through every kill and start.
 */

import { expect, type Page } from "@playwright/test";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageBox, say, startRoom } from "../../support/room.ts";
import { addPersona } from "../../support/shared-room.ts";
import { type BrowserProcess, startBrowser } from "./browser-process.ts";
import { draftKeptMsMax, type Found, judgeRound, type Promised } from "./judge-round.ts";
import { describeInstant, type Instant, planRound, type RoundPlan } from "./plan-round.ts";
import type { TabRound, TabTortureReport } from "./tab-report.ts";
import { readFound, type Seen, type Watch, watchPage } from "./watch-page.ts";

export interface TabTortureOptions {
  /** Numbers of the rounds to run; 1 is the first. */
  readonly rounds: readonly number[];
  readonly seed: number;
  /** Where the app is served. */
  readonly origin: string;
  readonly tell: (line: string) => void;
}

const FIRST = "Good evening, who is here?";
const LAST = "Thank you, that is all for today";
/** From the start of the browser until everything is whole; a model load is within. */
const HEAL_MS_MAX = 60_000;
const INSTANT_MS_MAX = 30_000;
const LOOK_MS = 100;

/** A profile whose room has a cast and one turn that is over. */
interface Template {
  readonly profile: string;
  readonly url: string;
  readonly cast: readonly string[];
  readonly head: number;
}

interface Rack {
  readonly options: TabTortureOptions;
  readonly folder: string;
  readonly templates: ReadonlyMap<number, Template>;
}

/** Runs the rounds. Findings are in the report; a round that cannot go on is a finding. */
export async function tortureTab(options: TabTortureOptions): Promise<TabTortureReport> {
  const folder = mkdtempSync(join(tmpdir(), "conclave-tab-"));
  try {
    const plans = options.rounds.map((round) => planRound(options.seed, round));
    const templates = new Map<number, Template>();
    for (const personas of new Set(plans.map((plan) => plan.personas))) {
      templates.set(personas, await makeTemplate(folder, options.origin, personas));
    }
    const rack = { options, folder, templates };
    const rounds: TabRound[] = [];
    for (const plan of plans) {
      const round = await runRound(rack, plan);
      rounds.push(round);
      options.tell(describeRound(round, options.seed));
    }
    const isClean = rounds.every(({ findings }) => findings.length === 0);
    return { seed: options.seed, rounds, isClean };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function makeTemplate(
  folder: string,
  origin: string,
  personas: 2 | 3,
): Promise<Template> {
  const profile = join(folder, `template-${personas}`);
  const browser = await startBrowser(profile, origin);
  const { page } = browser;
  await startRoom(page);
  if (personas === 3) await addPersona(page, "Cleo");
  await say(page, FIRST);
  const entries = await untilFound(page, (found) => isQuiet(found, personas));
  const url = page.url();
  const cast = entries.entries.flatMap(({ body }) =>
    body.kind === "persona" ? body.persona ?? [] : []
  );
  await browser.close();
  return { profile, url, cast, head: entries.entries.length };
}

/** For a room with one turn. */
function isQuiet({ entries, inputsLive, outboxRows }: Found, personas: number): boolean {
  const settled = entries.filter(({ body }) => body.kind === "settle").length;
  return settled === personas && inputsLive + outboxRows === 0;
}

async function untilFound(page: Page, isIt: (found: Found) => boolean): Promise<Found> {
  let found: Found | undefined;
  await expect.poll(async () => {
    found = await readFound(page);
    return isIt(found);
  }, { timeout: HEAL_MS_MAX }).toBe(true);
  if (found === undefined) throw new Error("Cannot be: nothing was read");
  return found;
}

async function runRound(rack: Rack, plan: RoundPlan): Promise<TabRound> {
  const template = rack.templates.get(plan.personas);
  if (template === undefined) throw new Error(`No room of ${plan.personas}`);
  const profile = join(rack.folder, `round-${plan.round}`);
  cpSync(template.profile, profile, { recursive: true });
  let browser: BrowserProcess | undefined;
  const start = async (): Promise<BrowserProcess> => {
    browser = await startBrowser(profile, rack.options.origin);
    await browser.page.goto(template.url);
    return browser;
  };
  const told = { ...planFacts(plan), hit: "nothing", healedMs: 0, draftAgeMs: undefined };
  try {
    const killed = await killInTurn(await start(), plan, template.head);
    if (plan.againAfterMs !== undefined) {
      const repairing = await start();
      await sleep(plan.againAfterMs);
      await repairing.kill();
    }
    const atMs = performance.now();
    const { page } = await start();
    await expect(messageBox(page)).toBeVisible();
    const sent = [
      { text: FIRST, isAcknowledged: true },
      { text: plan.text, isAcknowledged: killed.isAcknowledged },
    ];
    const { draft } = killed;
    const findings = await untilKept(page, { cast: template.cast, sent, draft });
    const healedMs = performance.now() - atMs;
    const last = await judgeLast(page, template.cast, sent, findings);
    return {
      ...{ ...told, hit: killed.hit, healedMs, draftAgeMs: draft?.ageMs },
      findings: [...findings, ...last],
    };
  } catch (error) { // A wait over its limit: what did not happen is the finding.
    return { ...told, findings: [`stuck: ${String(error)}`] };
  } finally {
    await browser?.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function planFacts({ round, personas, instant, againAfterMs }: RoundPlan) {
  return { round, personas, instant, againAfterMs };
}

interface Killed {
  readonly isAcknowledged: boolean;
  readonly draft: Promised["draft"];
  /** What was on the screen last. */
  readonly hit: string;
}

async function killInTurn(
  browser: BrowserProcess,
  plan: RoundPlan,
  head: number,
): Promise<Killed> {
  const { page } = browser;
  const box = messageBox(page);
  await expect(box).toBeVisible();
  const watch = await watchPage(page);
  await box.fill(plan.text);
  await sleep(draftKeptMsMax); // As long as a person needs to find the Enter key.
  const entering = box.press("Enter");
  entering.catch(() => undefined); // The kill may come first.
  let typedAtMs: number | undefined;
  if (plan.instant.kind !== "enter") await entering;
  if (plan.hasDraft) {
    await box.fill(plan.draft);
    typedAtMs = performance.now();
  }
  await untilInstant(watch, plan, head);
  const draft = typedAtMs === undefined
    ? undefined
    : { text: plan.draft, ageMs: performance.now() - typedAtMs };
  await browser.kill();
  const seen = watch.seen();
  return {
    isAcknowledged: seen.said.includes(plan.text),
    draft,
    hit: describeSeen(seen, plan, head),
  };
}

async function untilInstant(watch: Watch, plan: RoundPlan, head: number): Promise<void> {
  const { instant, personas } = plan;
  const turnRows = (seen: Seen) => seen.rows.filter(({ turn }) => turn > head);
  const settled = (seen: Seen) => turnRows(seen).filter(isSettled).length;
  await watch.until(
    (seen) => settled(seen) === personas || isReached(instant, seen, turnRows(seen)),
    INSTANT_MS_MAX,
  );
  if (instant.kind !== "streaming") await sleep(instant.afterMs);
}

const isSettled = ({ outcome }: { readonly outcome: string }): boolean =>
  ["replied", "silent", "failed", "deferred", "stopped"].includes(outcome);

function isReached(instant: Instant, { isEntered }: Seen, rows: Seen["rows"]): boolean {
  switch (instant.kind) {
    case "enter":
      return isEntered;
    case "queued":
      return rows.some(({ outcome }) => outcome === "queued");
    case "prefill":
      return rows.some(({ phase }) => phase === "thinking");
    case "streaming":
      return rows.some(({ outcome, chars }) => outcome === "streaming" && chars >= instant.chars);
    case "settled":
      return rows.filter(isSettled).length >= instant.count;
  }
}

/** The deepest that the turn had come, such as "speaking". */
function describeSeen(seen: Seen, { text, personas }: RoundPlan, head: number): string {
  const rows = seen.rows.filter(({ turn }) => turn > head);
  const settled = rows.filter(isSettled).length;
  if (settled === personas) return "after the turn";
  const running = rows.find(({ outcome }) => outcome === "streaming");
  const doing = running === undefined
    ? rows.length > 0 ? "queued" : "between"
    : running.chars > 0
    ? "speaking"
    : "thinking";
  if (settled > 0) return `${settled} settled, ${doing}`;
  if (rows.length > 0) return doing;
  if (seen.said.includes(text)) return "in the log";
  return seen.isEntered ? "entered" : "not entered";
}

/** Looks until everything is as promised, or the limit; then what is wrong stands. */
async function untilKept(page: Page, promised: Promised): Promise<readonly string[]> {
  const endMs = performance.now() + HEAL_MS_MAX;
  for (;;) {
    const findings = judgeRound(promised, await readFound(page));
    if (findings.length === 0 || performance.now() > endMs) return findings;
    await sleep(LOOK_MS);
  }
}

/** The room goes on: one more message is answered by all, and what was settled stays as it was. */
async function judgeLast(
  page: Page,
  cast: readonly string[],
  sent: Promised["sent"],
  known: readonly string[],
): Promise<readonly string[]> {
  const before = await readFound(page);
  await say(page, LAST);
  const isSaid = (text: string): boolean => before.entries.some(({ body }) => body.text === text);
  const all = [
    // What came back into the composer was written over.
    ...sent.filter(({ text }) => isSaid(text)),
    { text: LAST, isAcknowledged: true },
  ];
  const findings = await untilKept(page, { cast, sent: all, draft: undefined });
  return findings.filter((finding) => !known.includes(finding)).map((one) => `later: ${one}`);
}

function describeRound(round: TabRound, seed: number): string {
  const again = round.againAfterMs === undefined ? "" : `, again after ${round.againAfterMs} ms`;
  const head = `round ${round.round} of seed ${seed}, ${round.personas} personas, ` +
    `${describeInstant(round.instant)}${again}: hit "${round.hit}"`;
  if (round.findings.length === 0) return `${head}; whole in ${Math.round(round.healedMs)} ms`;
  return [head, ...round.findings.map((finding) => `  WRONG ${finding}`)].join("\n");
}

/**
 * Journey 6: the host leaves within a turn. Two people, each with a browser and a profile of their
 * own; the host's is closed like a window, then killed like a machine without power.
 */

import process from "node:process";
import type { Locator, Page } from "@playwright/test";
import { untilText } from "../support/dying.ts";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import {
  expectSettledOnce,
  readEntries,
  say,
  settledRows,
  settlementKeys,
  startRoom,
  untilSettled,
} from "../support/room.ts";
import { joinAsReader, joinRoom, shareAndCopyLink } from "../support/shared-room.ts";

// Two browsers, a reply on each, and 15 s until a lost device is given up (D15).
test.setTimeout(240_000);

test("journey 6: the host closes the window mid-turn, and the other device finishes the turn", async ({ openVisitor }) => {
  const { host, other } = await gather(openVisitor);
  await leaveMidTurn(host, other, () => host.close());
  await expectFinishedBy(other);
});

test("journey 6: the host's machine loses power mid-turn, and the other device finishes the turn", async ({ openVisitor }) => {
  const { host, other } = await gather(openVisitor);
  const pid = await pidOf(host);
  // Chromium's processes are one group: nobody is left to say goodbye to the relay.
  await leaveMidTurn(host, other, () => void process.kill(-pid, "SIGKILL"));
  await expectFinishedBy(other);
});

test("journey 6: the host leaves and nobody can take over; the room says who is missing and why", async ({ openVisitor }) => {
  const host = await openVisitor();
  await startRoom(host);
  const link = await shareAndCopyLink(host, "read");
  const reader = await openVisitor();
  await joinAsReader(reader, link);
  await expect(cast(reader)).toContainText("on Mika's computer");
  // No device here has the graphics that this model needs.
  await needModel(host, "Bo", /^Qwen2\.5 1\.5B/);
  const line = reader.locator(".hostless");
  await expect(line).toContainText(/Nobody can host Bo: needs the model Qwen.* of memory, WebGPU/);
  await expect(host.locator(".hostless")).toContainText("or choose a smaller model for Bo");

  await leaveMidTurn(host, host, () => host.close());
  const ofAda = line.filter({ hasText: "Nobody can host Ada" });
  await expect(ofAda).toContainText("Your link lets you only read.");
  await ofAda.getByText("Device by device").click();
  await expect(ofAda).toContainText("Mika's computer: away");
  const deferred = settledRows(reader, ["deferred"]).filter({ hasText: "Nobody can host Ada" });
  await expect(deferred.first()).toBeVisible();
  await checkAxe(reader);
});

/** Mika's room with Ada and Bo, who answered once on his device, and Noor in it. */
async function gather(
  openVisitor: () => Promise<Page>,
): Promise<{ readonly host: Page; readonly other: Page }> {
  const host = await openVisitor();
  await startRoom(host);
  const link = await shareAndCopyLink(host);
  const other = await openVisitor();
  await joinRoom(other, link, "Noor");
  await expect(other.getByRole("region", { name: "Cast" })).toContainText("on Mika's computer");
  await say(other, "Good evening");
  await untilSettled(other, 2);
  return { host, other };
}

function cast(page: Page): Locator {
  return page.getByRole("region", { name: "Cast" });
}

/**
 * Two messages, and `leave` within the first words of the first answer: the others need seconds
 * more.
 */
async function leaveMidTurn(
  host: Page,
  speaker: Page,
  leave: () => Promise<void> | void,
): Promise<void> {
  await say(speaker, "What is behind the wall?");
  await say(speaker, "And who lives there?");
  // In the log before the host goes: a later question would be planned without it.
  await expect(host.getByText("And who lives there?").first()).toBeVisible();
  await untilText(host, 10);
  await leave();
}

/** The owner lets the persona think only with one model. */
async function needModel(owner: Page, persona: string, model: RegExp): Promise<void> {
  await cast(owner).getByRole("button", { name: `Edit ${persona}` }).click();
  const dialog = owner.getByRole("dialog");
  const option = dialog.locator("option", { hasText: model }).first();
  await dialog.getByLabel("Thinks with").selectOption(await option.getAttribute("value") ?? "");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

/** Both personas settled all three messages, each once; the device that is left did its part. */
async function expectFinishedBy(other: Page): Promise<void> {
  await expect.poll(async () => settlementKeys(await readEntries(other)), { timeout: 120_000 })
    .toHaveLength(6);
  const entries = await readEntries(other);
  expectSettledOnce(entries);
  expect(entries.map(({ body }) => body.kind)).toContain("left");
  const settles = entries.filter(({ body }) => body.kind === "settle");
  expect(new Set(settles.map(({ device }) => device)).size).toBe(2);
  expect(settles.map(({ body }) => body.outcome?.reason ?? "merged"))
    .toEqual(settles.map(() => "merged"));
  await expect(cast(other)).toContainText("on this device");
  await expect(cast(other)).not.toContainText("nobody can host");
  const instead = other.getByText("instead of Mika's computer, which was away");
  await expect(instead.first()).toBeVisible();
}

/** The process of the whole browser. */
async function pidOf(page: Page): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("Cannot find the process: the browser is not known");
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const pid = processInfo.find(({ type }) => type === "browser")?.id;
  if (pid === undefined) throw new Error("Cannot find the process of the browser");
  return pid;
}

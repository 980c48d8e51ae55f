/**
 * Journey 10: a headless host of its own process joins by the link, answers, loses its engine and
 * itself to kill -9, and leaves. Its engine is a real process with llama-server's face.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Page } from "@playwright/test";
import { makeServerBinary } from "../../edge/host/engines/testing/server-binary.contract.ts";
import { expect, test } from "../support/fixtures.ts";
import {
  enginesOf,
  type HostProcess,
  startHost,
  writeHostConfig,
} from "../support/host-process.ts";
import { expectSettledOnce, messageBox, readEntries, say, settledRows } from "../support/room.ts";
import { shareAndCopyLink } from "../support/shared-room.ts";

/** Slow enough to be struck within a reply of 96 letters. */
const TOKEN_MS = 20;
const MODEL = "letters";

test("journey 10: a host joins by the link, answers, survives kill -9 of its engine and of itself, and leaves [HO93] [HO100] [SV23]", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "conclave-journey-host-"));
  const binary = makeServerBinary({ tokenMs: TOKEN_MS });
  const started: HostProcess[] = [];
  const start = (): HostProcess => {
    const host = startHost(join(folder, "host.json"));
    started.push(host);
    return host;
  };
  try {
    await foundEmptyRoom(page);
    writeFileSync(join(folder, "attic.link"), await shareAndCopyLink(page), { mode: 0o600 });
    const { binaryPath, modelPath } = binary.config;
    writeHostConfig(folder, {
      device: { name: "Cellar" },
      rooms: [{ name: "attic", linkFile: "attic.link" }],
      // Nobody else has her model: no browser takes her over.
      personas: [{ key: "cleo", card: { name: "Cleo", gist: "a builder" }, modelId: MODEL }],
      engine: {
        ...{ kind: "llama-server", binary: binaryPath, modelFile: modelPath, model: MODEL },
        ...{ contextTokens: 4_096, replyTokensMax: 96 },
      },
    });

    const host = start();
    const cast = page.getByRole("region", { name: "Cast" });
    await expect(cast).toContainText("Cleo");
    await expect(cast).toContainText("on Cellar's computer");
    await say(page, "Who keeps the cellar?");
    await expect(settledRows(page, ["replied"])).toHaveCount(1);
    expect(await host.health()).toMatchObject({
      isReady: true,
      engine: { phase: "ready", restarts: 0 },
      rooms: [{ name: "attic", link: "live", personas: [{ key: "cleo", state: "here" }] }],
    });

    await say(page, "And what is in the third barrel?");
    await untilSpeaking(page);
    process.kill(host.engines().at(-1)?.pid ?? 0, "SIGKILL");
    await host.line({ event: "supervision", phase: "backing-off" });
    expect(await host.health()).toMatchObject({ isReady: false, engine: { restarts: 1 } });
    await expect(settledRows(page, ["replied"])).toHaveCount(2);
    expect(await host.health()).toMatchObject({ isReady: true, engine: { phase: "ready" } });

    await say(page, "Is it cold down there?");
    await untilSpeaking(page);
    await host.kill();
    await expect.poll(() => enginesOf(binary.folder)).toEqual([]);
    const again = start();
    await expect(settledRows(page, ["replied"])).toHaveCount(3);
    await expectWhole(page);

    expect(await again.stop()).toBe(0);
    expect(again.lines.at(-1)).toMatchObject({ event: "stopped", outboxRows: 0 });
    expect(enginesOf(binary.folder)).toEqual([]);
    await expect(cast).toContainText("nobody can host Cleo");
    await expect(page.locator("[data-presence=away]")).toContainText("Cellar");
    await expectWhole(page);
  } finally {
    await Promise.all(started.map((host) => host.stop()));
    binary.remove();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** A room in which nobody thinks on this device. */
async function foundEmptyRoom(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "New room" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the room").fill("The cellar");
  for (const name of ["Ada", "Bo"]) await dialog.getByRole("checkbox", { name }).uncheck();
  await dialog.getByRole("button", { name: "Create room" }).click();
  await expect(messageBox(page)).toBeVisible();
}

/** Some of what the host's persona says is on the screen. */
async function untilSpeaking(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.querySelector("[data-outcome=streaming][data-phase=speaking]") !== null
  );
}

/** One persona of one host, and each question answered once. */
async function expectWhole(page: Page): Promise<void> {
  const roomId = new URL(page.url()).hash.split("/").at(-1);
  // The local room that was shared is there beside it.
  const entries = (await readEntries(page)).filter((entry) => entry.roomId === roomId);
  expectSettledOnce(entries);
  const of = (kind: string) => entries.filter(({ body }) => body.kind === kind);
  expect(of("persona")).toHaveLength(1);
  expect(of("say")).toHaveLength(3);
  expect(of("settle").map(({ body }) => body.outcome?.kind)).toEqual(
    ["replied", "replied", "replied"],
  );
  expect(new Set(of("settle").map(({ device }) => device)).size, "one host").toBe(1);
}

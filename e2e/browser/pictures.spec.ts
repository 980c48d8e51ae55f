/** Pictures in messages: what a person attaches is what others see, and nobody between. */

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { readJpegSize } from "#shared/protocol/mod.ts";
import { startChatServer } from "../support/chat-server.ts";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { type HostProcess, startHost, writeHostConfig } from "../support/host-process.ts";
import {
  attach,
  blobsOf,
  photograph,
  SECRET_PLACE,
  shownPicture,
  takePhotograph,
} from "../support/picture.ts";
import { messageBox, readEntries, say, startRoom } from "../support/room.ts";
import { joinRoom, shareAndCopyLink } from "../support/shared-room.ts";
import { keyNeedle, scanBytes, scanFolder, textNeedle } from "../torture/memory-scan.ts";
import { gatherPeople } from "../torture/people.ts";
import { copyPage, type RelayProcess, startRelay } from "../torture/relay-process.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const ALT = "a red boat in the snow";

test("[RM53] a picture is kept over a reload, sent small and bare, shown in its place, enlarged", async ({ page }) => {
  await startRoom(page);
  const original = await takePhotograph(page);
  expect(original.includes(SECRET_PLACE)).toBe(true);
  await attach(page, photograph(original));
  const words = page.getByLabel("What picture 1 shows");
  await words.fill(ALT);
  await words.blur();
  await expect(page.getByText("Ada and Bo will read only its description.")).toBeVisible();
  await checkAxe(page);

  await page.reload();
  await expect(page.getByLabel("What picture 1 shows")).toHaveValue(ALT);
  const send = page.getByRole("button", { name: "Send" });
  await send.click();
  const picture = shownPicture(page, ALT);
  await expect(picture).toBeVisible();
  await expect(page.getByLabel("What picture 1 shows")).toHaveCount(0);

  const [sent] = await blobsOf(page);
  expect(sent?.length).toBeLessThanOrEqual(250 * 1024);
  const size = readJpegSize(sent ?? new Uint8Array());
  if (size === undefined) throw new Error("What was sent is no picture");
  // Noise takes more bytes than any photograph: the first sizes that were tried were too many.
  expect(size.width).toBeGreaterThanOrEqual(896);
  expect(size.height).toBe(Math.round(size.width * 2 / 3));
  expect(sent?.includes(SECRET_PLACE)).toBe(false);
  const natural = await picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  });
  expect(natural).toEqual([size.width, size.height]);

  await page.getByRole("button", { name: `Enlarge: ${ALT}` }).press("Enter");
  await expect(page.getByRole("dialog").getByRole("img", { name: ALT })).toBeVisible();
  await checkAxe(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: `Enlarge: ${ALT}` })).toBeFocused();

  await page.reload();
  await expect(shownPicture(page, ALT)).toBeVisible();
});

test("[RM51] [RM53] what is no picture, too many pixels or too many pictures is refused in words", async ({ page }) => {
  await startRoom(page);
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`);
  await attach(page, { name: "a.svg", bytes: svg, type: "image/svg+xml" });
  await expect(page.getByText("Only JPEG, PNG, WebP and GIF pictures")).toBeVisible();
  const attachPng = (size: string) => {
    const bytes = Buffer.from(`89504e470d0a1a0a0000000d49484452${size}0806000000`, "hex");
    return attach(page, { name: "a.png", bytes, type: "image/png" });
  };
  await attachPng("0000ea600000ea60");
  await expect(page.getByText("The picture has too many pixels; the most is 64 million."))
    .toBeVisible();
  await attachPng("0000000900000009");
  await expect(page.getByText("The picture could not be read.")).toBeVisible();
  await expect(page.getByLabel(/What picture/)).toHaveCount(0);
  const small = await takePhotograph(page, 40, 30);
  await attach(page, ...Array(5).fill(photograph(small)));
  await expect(page.getByText("A message takes 4 pictures.")).toBeVisible();
  await expect(page.getByLabel(/What picture/)).toHaveCount(4);
  await page.getByRole("button", { name: "Remove picture 2" }).click();
  await expect(page.getByLabel(/What picture/)).toHaveCount(3);
  await say(page, "three of one");
  await expect(page.locator(".image-frame img")).toHaveCount(3);
  expect((await blobsOf(page)).length, "equal pictures cross once").toBe(1);
});

test("[SY276] [RM55] what is written when a room is shared is there, and a picture sent without a network is shown here at once, and there when it is back", async ({ page, openVisitor }) => {
  await startRoom(page);
  await messageBox(page).fill("half a th");
  await attach(page, photograph(await takePhotograph(page, 40, 30)));
  await page.getByLabel("What picture 1 shows").fill("half");
  const link = await shareAndCopyLink(page);
  await expect(messageBox(page)).toHaveValue("half a th");
  await expect(page.getByLabel("What picture 1 shows")).toHaveValue("half");
  await page.getByRole("button", { name: "Remove picture 1" }).click();
  await messageBox(page).fill("");
  const visitor = await openVisitor();
  await joinRoom(visitor, link, "Noor");
  const send = async (alt: string, width: number) => {
    await attach(page, photograph(await takePhotograph(page, width, 30)));
    await page.getByLabel("What picture 1 shows").fill(alt);
    await page.getByLabel("What picture 1 shows").press("Enter");
    await expect(shownPicture(page, alt)).toBeVisible();
  };
  await send("before", 40); // What shows pictures is fetched with the first.
  await expect(shownPicture(visitor, "before")).toBeVisible();
  await page.context().setOffline(true);
  await send("meanwhile", 41);
  await expect(page.locator("[data-waiting=true]").filter({ has: shownPicture(page, "meanwhile") }))
    .toHaveCount(1);
  await expect(shownPicture(visitor, "meanwhile")).toHaveCount(0);
  await page.context().setOffline(false);
  await expect(shownPicture(visitor, "meanwhile")).toBeVisible();
  await expect(page.locator("[data-waiting=true]")).toHaveCount(0);
  await expect(shownPicture(page, "meanwhile")).toBeVisible();
});

test("[IN24] the page's policy lets an engine read an image from its own address", async ({ page }) => {
  await page.goto("/");
  expect(
    await page.evaluate(async (source) => {
      const bytes = await (await fetch(source)).arrayBuffer();
      return [...new Uint8Array(bytes)];
    }, "data:image/jpeg;base64,/9j/"),
  ).toEqual([255, 216, 255]);
});

test("[RM54] [TO3] a picture crosses to another browser as it is, and the relay's files and output hold nothing of it", async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), "conclave-picture-"));
  let relay: RelayProcess | undefined;
  try {
    copyPage(join(folder, "page"));
    const dataFolder = join(folder, "data");
    relay = await startRelay({ dataFolder, pageFolder: join(folder, "page"), port: 0 });
    const { all: [ann, ben] } = await gatherPeople(browser, relay.origin);
    await attach(ann.page, photograph(await takePhotograph(ann.page)));
    await ann.page.getByLabel("What picture 1 shows").fill(ALT);
    await ann.page.getByLabel("What picture 1 shows").press("Enter");
    await expect(shownPicture(ben.page, ALT)).toBeVisible();
    await expect(shownPicture(ann.page, ALT)).toBeVisible();
    const [[own], [theirs]] = [await blobsOf(ann.page), await blobsOf(ben.page)];
    expect(theirs?.equals(own ?? Buffer.alloc(0))).toBe(true);
    const bytes = own ?? Buffer.alloc(0);
    expect(bytes.length).toBeGreaterThan(10_000);

    const needles = [
      textNeedle("alt", ALT),
      keyNeedle("hash", Buffer.from(sha256(bytes), "hex")),
      ...[100, 5_000, bytes.length - 100].map((at) =>
        keyNeedle("picture", bytes.subarray(at, at + 32))
      ),
      textNeedle("address", "Conclave is at"),
    ];
    relay.signal("SIGSTOP");
    const files = scanFolder(dataFolder, needles);
    const output = scanBytes("output", Buffer.from(relay.output()), needles);
    relay.signal("SIGCONT");
    expect(files.reduce((sum, file) => sum + file.bytes, 0)).toBeGreaterThan(bytes.length);
    expect(files.flatMap(({ found }) => found)).toEqual([]);
    expect(output.found).toEqual(["address as UTF-8"]);
    await ann.context.close();
    await ben.context.close();
  } finally {
    relay?.signal("SIGKILL");
    await relay?.ended;
    rmSync(folder, { recursive: true, force: true });
  }
});

test("[PL80] [PL81] [IN24] a persona that sees gets the picture's bytes; one that does not, its description", async ({ page, openVisitor }) => {
  const folder = mkdtempSync(join(tmpdir(), "conclave-picture-host-"));
  const endpoint = await startChatServer(({ model, messages }) => {
    const parts = messages.flatMap(({ content }) => typeof content === "string" ? [] : content);
    const [shown] = parts.flatMap(({ image_url }) => image_url?.url ?? []);
    return shown === undefined ? `${model} sees nothing` : `${model} sees ${hashOf(shown)}`;
  });
  const hosts: HostProcess[] = [];
  try {
    await foundEmptyRoom(page);
    const link = await shareAndCopyLink(page);
    hosts.push(
      startSeer(folder, link, "iris", { url: endpoint.url, seesImages: true }),
      startSeer(folder, link, "otto", { url: endpoint.url }),
    );
    const cast = page.getByRole("region", { name: "Cast" });
    for (const name of ["Iris", "Otto"]) {
      await expect(cast).toContainText(`on ${name}'s machine's computer`);
    }
    await attach(page, photograph(await takePhotograph(page)));
    await page.getByLabel("What picture 1 shows").fill(ALT);
    await messageBox(page).fill("What is this?");
    await expect(page.getByText("Iris can see it; Otto will read only its description."))
      .toBeVisible();
    await messageBox(page).press("Enter");

    const visitor = await openVisitor();
    await joinRoom(visitor, link, "Noor");
    await expect(shownPicture(visitor, ALT)).toBeVisible();
    const [bytes] = await blobsOf(visitor);
    const seen = `iris sees ${sha256(bytes ?? new Uint8Array())}`;
    await expect(visitor.getByText(seen).first()).toBeVisible();
    await expect(visitor.getByText("otto sees nothing").first()).toBeVisible();
    const told = endpoint.requests.filter(({ model }) => model === "otto").at(-1);
    // As text alone: as parts it would hold no such line.
    const words = (told?.messages ?? []).map(({ content }) =>
      typeof content === "string" ? content : "in parts"
    );
    expect(words).not.toContain("in parts");
    expect(words.join("\n")).toContain(`What is this? [picture: ${ALT}]`);
    expect((await readEntries(visitor)).filter(({ body }) => body.outcome?.kind === "failed"))
      .toEqual([]);
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    await endpoint.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** A room in which nobody thinks on this device. */
async function foundEmptyRoom(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "New room" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the room").fill("The harbour");
  for (const name of ["Ada", "Bo"]) await dialog.getByRole("checkbox", { name }).uncheck();
  await dialog.getByRole("button", { name: "Create room" }).click();
  await expect(messageBox(page)).toBeVisible();
}

function hashOf(url: string): string {
  const [head, data = ""] = url.split(",");
  return head === "data:image/jpeg;base64" ? sha256(Buffer.from(data, "base64")) : `${head}`;
}

function startSeer(folder: string, link: string, key: string, engine: object): HostProcess {
  const name = `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
  const own = mkdtempSync(join(folder, key));
  writeFileSync(join(own, "room.link"), link, { mode: 0o600 });
  const path = writeHostConfig(own, {
    device: { name: `${name}'s machine` },
    rooms: [{ name: "room", linkFile: "room.link" }],
    personas: [{ key, card: { name, gist: "looks closely" }, modelId: key, hosts: "own" }],
    engine: { ...{ kind: "openai", model: key, contextTokens: 8_192 }, ...engine },
  });
  return startHost(path);
}

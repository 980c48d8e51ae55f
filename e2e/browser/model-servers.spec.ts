/**
 * Model servers in the built page: a real process with llama-server's face, which lets the page ask
 * it or does not, wants a key or none, and runs on this machine or, for the page, in a cloud.
 */

import type { Locator, Page } from "@playwright/test";
import {
  killServers,
  startServer,
  type TestServer,
} from "../../edge/host/engines/testing/server-process.contract.ts";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { messageBox, readEntries, say, settledRows, startRoom } from "../support/room.ts";
import { joinRoom, shareAndCopyLink } from "../support/shared-room.ts";

const KEY = "sk-secret-1234567890";
const CLOUD = "models.example";

test.afterAll(killServers);
test.beforeEach(({ guard }) => {
  guard.allow(
    /another origin: (http:\/\/127\.0\.0\.1:\d+\/v\d|https:\/\/models\.example\/v1)\//,
    "asked for",
  );
});

const panel = (page: Page): Locator => page.getByRole("region", { name: "Model servers" });
const originOf = (page: Page): string => new URL(page.url()).origin;

async function openForm(page: Page): Promise<void> {
  await page.goto("/#/models");
  await panel(page).getByRole("button", { name: "Add a server" }).click();
}

interface Entered {
  readonly kind?: string;
  readonly name?: string;
  readonly address: string;
  readonly key?: string;
}

async function look(page: Page, { kind = "Ollama", name, address, key }: Entered): Promise<void> {
  await panel(page).getByLabel("What is it?").selectOption(kind);
  if (name !== undefined) await panel(page).getByLabel("Name").fill(name);
  await panel(page).getByLabel("Address").fill(address);
  if (key !== undefined) await panel(page).getByLabel("Key").fill(key);
  await panel(page).getByRole("button", { name: "Look for its models" }).click();
}

async function addFound(page: Page): Promise<void> {
  await panel(page).getByLabel(/^Context in tokens/).fill("60000");
  await panel(page).getByRole("button", { name: "Add these models" }).click();
  await panel(page).getByRole("button", { name: "Use letters" }).click();
  await expect(panel(page).getByText("letters: In use")).toBeVisible();
}

const openServer = (page: Page, more: { readonly key?: string } = {}): Promise<TestServer> =>
  startServer({ corsOrigin: originOf(page), contextTokens: 60_000, ...more });

const reach = (page: Page): Locator => panel(page).locator("[data-reach]");

test("[IN94] what keeps the page from a server on this machine is told apart, with the way on", async ({ page }) => {
  await openForm(page);
  const closed = await startServer();
  await look(page, { address: closed.baseUrl });
  await expect(reach(page)).toHaveAttribute("data-reach", "cors-refused");
  await expect(reach(page)).toContainText(`OLLAMA_ORIGINS=${originOf(page)} ollama serve`);
  await look(page, { kind: "vLLM", address: closed.baseUrl });
  await expect(reach(page)).toContainText(`--allowed-origins '["${originOf(page)}"]'`);
  closed.kill();
  await closed.ended;
  await look(page, { kind: "LM Studio", address: closed.baseUrl });
  await expect(reach(page)).toHaveAttribute("data-reach", "not-running");
  await expect(reach(page)).toContainText("lms server start");

  const open = await openServer(page, { key: KEY });
  await look(page, { address: open.baseUrl });
  await expect(reach(page)).toHaveAttribute("data-reach", "key-missing");
  await look(page, { address: open.baseUrl, key: "sk-wrong" });
  await expect(reach(page)).toHaveAttribute("data-reach", "key-refused");
  await look(page, { address: open.baseUrl.replace("/v1", "/v2"), key: KEY });
  await expect(reach(page)).toHaveAttribute("data-reach", "no-model-list");
  await look(page, { address: "http://192.168.0.4:11434/v1" });
  await expect(reach(page)).toHaveAttribute("data-reach", "address-in-clear");
  await checkAxe(page);
  await look(page, { address: open.baseUrl, key: KEY });
  await expect(panel(page).getByRole("group", { name: "Models to offer" }).getByLabel("letters"))
    .toBeChecked();
});

test("[IN90] [IN95] a persona thinks with a server on this machine; its key goes nowhere else", async ({ page }) => {
  await openForm(page);
  const server = await openServer(page, { key: KEY });
  await look(page, { address: server.baseUrl, key: KEY });
  await addFound(page);
  await startRoom(page);
  await say(page, "What do you hear?");
  await expect(settledRows(page, ["replied"])).toHaveCount(2);
  const { host } = new URL(server.baseUrl);
  await expect(page.getByRole("region", { name: "Cast" })).not.toContainText("leaves this room");
  const announced = (await readEntries(page)).filter(({ body }) => body.kind === "announce");
  expect(JSON.stringify(announced.at(-1))).toContain(host);
  const stored = JSON.stringify([await readEntries(page), await page.content()]);
  expect(stored).not.toContain(KEY);

  await page.goto("/#/models");
  await page.reload();
  await expect(panel(page).getByText("letters: In use")).toBeVisible();
  await panel(page).getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(panel(page).locator("[data-endpoint]")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Engine" })).toContainText("Starter");
});

test("[HO180] everybody in the room is told that a persona's words leave it, and for whom", async ({ page, openVisitor }) => {
  await openForm(page);
  const server = await openServer(page);
  await page.route(`https://${CLOUD}/**`, async (route) => {
    const url = route.request().url().replace(`https://${CLOUD}/v1`, server.baseUrl);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  await look(page, {
    kind: "Another one, or a cloud",
    name: "Cloud",
    address: `https://${CLOUD}/v1`,
  });
  await addFound(page);
  await expect(panel(page)).toContainText(`leaves this room for ${CLOUD}`);
  await startRoom(page);
  const link = await shareAndCopyLink(page);
  const visitor = await openVisitor();
  await joinRoom(visitor, link, "Noor");
  await say(visitor, "Who reads this?");
  await expect(settledRows(visitor, ["replied"])).toHaveCount(2);
  for (const one of [page, visitor]) {
    await expect(one.getByRole("region", { name: "Cast" })).toContainText(
      `leaves this room for ${CLOUD}`,
    );
  }
  await settledRows(visitor, ["replied"]).first().getByRole("button", { name: /^Why/ }).click();
  await expect(visitor.getByRole("dialog")).toContainText(`Left this room for${CLOUD}`);
  await expect(messageBox(page)).toBeVisible();
});

test("[HO162] [IN37] a server that dies and comes back answers what waited, once, by itself", async ({ page }) => {
  await openForm(page);
  const server = await openServer(page);
  await look(page, { address: server.baseUrl });
  await addFound(page);
  await startRoom(page);
  await say(page, "Is anybody there?");
  await expect(settledRows(page, ["replied"])).toHaveCount(2);
  server.kill();
  await server.ended;
  await say(page, "And now?");
  await expect(page.locator("[data-engine=restarting]").first()).toBeVisible();
  const { port } = new URL(server.baseUrl);
  await startServer({
    corsOrigin: originOf(page),
    contextTokens: 60_000,
    port: Number(port),
  });
  await expect(settledRows(page, ["replied"])).toHaveCount(4);
  await expect(settledRows(page, ["failed"])).toHaveCount(0);
});

/** A Chromium process of its own on a profile folder, which can be killed as the system does. */

import { type BrowserContext, chromium, type Page } from "@playwright/test";
import process from "node:process";
import { launchOptions } from "../../support/browser.mjs";

export interface BrowserProcess {
  readonly page: Page;
  readonly version: string;
  /** SIGKILL to the browser and all its children; resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end and to write what it has. */
  close(): Promise<void>;
}

export async function startBrowser(profile: string, origin: string): Promise<BrowserProcess> {
  const options = { ...launchOptions({ gpu: false }), baseURL: origin };
  const context = await chromium.launchPersistentContext(profile, options);
  const pid = await findPid(context);
  const ended = new Promise<void>((resolve) => void context.once("close", () => resolve()));
  // Playwright starts the browser as the leader of a group.
  const killGroup = (): void => void process.kill(-pid, "SIGKILL");
  // Its worker would fetch every model into a fresh profile; the page needs none of it here.
  await context.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, "serviceWorker");
  });
  return {
    page: context.pages()[0] ?? await context.newPage(),
    version: context.browser()?.version() ?? "unknown",
    async kill() {
      killGroup();
      await ended;
    },
    close: () => context.close(),
  };
}

async function findPid(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession();
  const found = await session?.send("SystemInfo.getProcessInfo");
  const pid = found?.processInfo.find(({ type }) => type === "browser")?.id;
  if (pid === undefined) throw new Error("Cannot kill the browser: it does not tell its process");
  return pid;
}

/**
 * Reports policy violations inside dedicated workers. Playwright shows a worker's console, not its
 * log, and the log is where Chromium writes what a policy refused. So we attach by the debugger, in
 * its nested form: Playwright's sessions do not know sessions of ours in the flat one.
 */

import type { CDPSession, Page } from "@playwright/test";

interface LogEntryMessage {
  readonly method?: string;
  readonly params?: { readonly entry?: { readonly source: string; readonly text: string } };
}

async function attach(session: CDPSession, report: (text: string) => void): Promise<void> {
  let messageId = 0;
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type !== "worker") return;
    const message = JSON.stringify({ id: ++messageId, method: "Log.enable" });
    // The worker may be gone already; then it has nothing more to say.
    session.send("Target.sendMessageToTarget", { sessionId, message }).catch(() => undefined);
  });
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { method, params } = JSON.parse(message) as LogEntryMessage;
    if (method === "Log.entryAdded" && params?.entry?.source === "security") {
      report(params.entry.text);
    }
  });
  await session.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
}

/**
 * Watches the workers of `page` until it closes. Entries written before we attach are delivered.
 */
export async function watchWorkers(page: Page, report: (text: string) => void): Promise<void> {
  try {
    await attach(await page.context().newCDPSession(page), report);
  } catch (error) {
    // A page that closes at once has no workers to watch; anything else is a fault of this file.
    if (!page.isClosed()) throw error;
  }
}

/**
 * Counts what a page and its workers fetch, by the browser's own Network events.
 *
 * Playwright's own view has no sizes for a worker's requests, so we attach by the debugger, in its
 * nested form: Playwright's sessions do not know sessions of ours in the flat one.
 */

/** @typedef {import("@playwright/test").CDPSession} CDPSession */

/**
 * @typedef {object} Transfer
 * @property {string} path
 * @property {"page" | "worker"} by
 * @property {boolean} isScript
 * @property {number} askedAtMs since the epoch
 * @property {number} sentBytes as sent, compressed, with the response's headers
 * @property {number} decodedBytes
 * @property {boolean} isDone
 */

/**
 * Watches `page` from now on. `transfers` is live: every request so far, in order.
 *
 * @param {import("@playwright/test").Page} page not yet navigated
 * @param {{ readonly cacheDisabled: boolean }} options
 */
export async function watchTransfers(page, { cacheDisabled } = { cacheDisabled: false }) {
  /** @type {Map<string, Transfer>} */
  const byRequest = new Map();
  const session = await page.context().newCDPSession(page);
  const events = /** @type {const} */ ([
    "Network.requestWillBeSent",
    "Network.responseReceived",
    "Network.dataReceived",
    "Network.loadingFinished",
  ]);
  for (const name of events) {
    session.on(name, (params) => note(byRequest, "", name, /** @type {any} */ (params)));
  }
  let messageId = 0;
  session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    const methods = targetInfo.type === "worker" ? ["Network.enable"] : [];
    // Targets start halted, so that we miss little: see fillGaps.
    for (const method of [...methods, "Runtime.runIfWaitingForDebugger"]) {
      const message = JSON.stringify({ id: ++messageId, method });
      // A target that has gone meanwhile fetches nothing more.
      session.send("Target.sendMessageToTarget", { sessionId, message }).catch(() => undefined);
    }
  });
  session.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => {
    const { method, params } = JSON.parse(message);
    if (typeof method === "string") note(byRequest, sessionId, method, params);
  });
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled });
  await session.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: false,
  });
  return {
    transfers: () => [...byRequest.values()],
    fillGaps: () => fillGaps(page, byRequest),
  };
}

/**
 * Two things the events do not tell: the end of the request for a worker's first script, and what a
 * worker asked for before our debugger was with it (Playwright's may let it go first). The resource
 * timings of page and workers know both.
 *
 * @param {import("@playwright/test").Page} page
 * @param {Map<string, Transfer>} byRequest
 */
async function fillGaps(page, byRequest) {
  const workers = page.workers().map(async (worker) => ({
    by: /** @type {const} */ ("worker"),
    timings: await worker.evaluate(readTimings),
  }));
  const own = { by: /** @type {const} */ ("page"), timings: await page.evaluate(readTimings) };
  for (const { by, timings } of [own, ...await Promise.all(workers)]) {
    for (const { url, ...sizes } of timings) {
      const path = new URL(url).pathname;
      const known = [...byRequest.values()].find((one) => one.path === path);
      if (known?.isDone === true) continue;
      /** @type {Transfer} */
      const timed = { path, by, isScript: /\.m?js$/.test(path), ...sizes, isDone: true };
      if (known === undefined) byRequest.set(`timing/${path}`, timed);
      else Object.assign(known, sizes, { isDone: true });
    }
  }
}

/** Runs in the page and in its workers. */
function readTimings() {
  return performance.getEntriesByType("resource").map((entry) => {
    const timing = /** @type {PerformanceResourceTiming} */ (entry);
    return {
      url: timing.name,
      askedAtMs: performance.timeOrigin + timing.startTime,
      sentBytes: timing.transferSize,
      decodedBytes: timing.decodedBodySize,
    };
  });
}

/**
 * @param {Map<string, Transfer>} byRequest
 * @param {string} sessionId empty for the page itself
 * @param {string} method
 * @param {any} params
 */
function note(byRequest, sessionId, method, params) {
  const key = `${sessionId}/${params?.requestId}`;
  if (method === "Network.requestWillBeSent") {
    const { protocol, pathname } = new URL(params.request.url);
    if (!protocol.startsWith("http")) return;
    byRequest.set(key, {
      path: pathname,
      by: sessionId === "" ? "page" : "worker",
      isScript: params.type === "Script",
      askedAtMs: params.wallTime * 1000,
      sentBytes: 0,
      decodedBytes: 0,
      isDone: false,
    });
    return;
  }
  const transfer = byRequest.get(key);
  if (transfer === undefined) return;
  if (method === "Network.responseReceived") {
    transfer.isScript ||= /javascript/.test(params.response.mimeType);
  } else if (method === "Network.dataReceived") {
    transfer.decodedBytes += params.dataLength;
  } else if (method === "Network.loadingFinished") {
    transfer.sentBytes = params.encodedDataLength;
    transfer.isDone = true;
  }
}

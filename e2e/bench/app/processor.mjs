/**
 * What a page's own thread computes, in its processor's time: other work on the machine does not
 * lengthen it.
 */

/**
 * @param {import("@playwright/test").Page} page
 * @returns {Promise<() => Promise<number>>} ms of the page's thread so far, since some moment
 */
export async function watchProcessor(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    const seconds = metrics.find(({ name }) => name === "TaskDuration")?.value;
    if (seconds === undefined) throw new Error("Chromium tells no TaskDuration");
    return seconds * 1_000;
  };
}

/**
 * Credit on a generation's port: how far the worker may run ahead of its reader.
 *
 * Pure. At the limit the policy is `wait`: the model pauses between two tokens until the page has
 * caught up, so a frozen tab does not fill the port.
 */

export interface CreditWindow {
  readonly sentCount: number;
  readonly consumedCount: number;
}

export const emptyCredit: CreditWindow = Object.freeze({ sentCount: 0, consumedCount: 0 });

export function hasCredit(window: CreditWindow, batchesMax: number): boolean {
  return window.sentCount - window.consumedCount < batchesMax;
}

export function countSent(window: CreditWindow): CreditWindow {
  return { ...window, sentCount: window.sentCount + 1 };
}

/**
 * The page consumed everything up to `seq`; older, repeated and impossible numbers change nothing.
 */
export function countConsumed(window: CreditWindow, seq: number): CreditWindow {
  const consumedCount = seq + 1;
  const isNews = consumedCount > window.consumedCount && consumedCount <= window.sentCount;
  return isNews ? { ...window, consumedCount } : window;
}

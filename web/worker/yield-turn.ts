/**
 * Lets the worker's event loop run once.
 *
 * A wasm session answers inside microtasks: without a real task between two tokens a cancel message
 * would wait for the end of the reply. What a GPU answers is a task, but a library that goes on in
 * its microtasks is slower (IN98). A message port is not clamped to 4 ms as timers are.
 */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(0);
  });
}

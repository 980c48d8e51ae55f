/** A named channel to every other tab of this origin; a tab does not hear its own port. */
export interface BroadcastPort {
  /** Plain data only; without an answer, and lost when nobody listens. */
  post(message: unknown): void;
  subscribe(onMessage: (message: unknown) => void): Disposable;
  close(): void;
}

/** Opens the BroadcastChannel `name`. Two ports of one tab do hear each other. */
export function openBroadcastPort(name: string): BroadcastPort {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    subscribe(onMessage) {
      const listen = (event: MessageEvent): void => onMessage(event.data);
      channel.addEventListener("message", listen);
      return { [Symbol.dispose]: () => channel.removeEventListener("message", listen) };
    },
    close: () => channel.close(),
  };
}

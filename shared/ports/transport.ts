/** A message socket as a port: a browser's WebSocket, a simulated wire. */

export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
}

export interface Socket {
  /** Hands text to the wire; does nothing once closed. */
  send(text: string): void;
  /** Text handed over and not yet on the wire, in bytes. */
  bufferedBytes(): number;
  close(code: number, reason: string): void;
}

export interface SocketEvents {
  readonly onText: (text: string) => void;
  /** Called once, after which nothing follows; also when the socket never opened. */
  readonly onEnd: (end: SocketEnd) => void;
}

export interface Transport {
  /**
   * Resolves with an open socket, or rejects with `signal.reason` or an Error when it cannot be
   * opened.
   */
  connect(url: string, events: SocketEvents, signal: AbortSignal): Promise<Socket>;
}

/**
 * The few host globals the core may name. Everything else that a host offers (timers, sockets,
 * storage, crypto, logging) arrives as a port, so a file that touches it does not compile here.
 *
 * `AbortSignal.timeout` is left out on purpose: it hides a clock; use `Clock.sleep` with a scope.
 */

interface SymbolConstructor {
  readonly dispose: unique symbol;
  readonly asyncDispose: unique symbol;
}

interface Disposable {
  [Symbol.dispose](): void;
}

interface AsyncDisposable {
  [Symbol.asyncDispose](): PromiseLike<void>;
}

interface AbortSignal {
  readonly aborted: boolean;
  // deno-lint-ignore no-explicit-any
  readonly reason: any;
  throwIfAborted(): void;
  addEventListener(
    type: "abort",
    listener: () => void,
    options?: { readonly once?: boolean; readonly signal?: AbortSignal },
  ): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

declare var AbortSignal: {
  readonly prototype: AbortSignal;
  abort(reason?: unknown): AbortSignal;
  any(signals: Iterable<AbortSignal>): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare var AbortController: {
  readonly prototype: AbortController;
  new (): AbortController;
};

interface TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(
    source: string,
    destination: Uint8Array<ArrayBuffer>,
  ): { readonly read: number; readonly written: number };
}

declare var TextEncoder: {
  new (): TextEncoder;
};

interface TextDecoder {
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { readonly stream?: boolean }): string;
}

declare var TextDecoder: {
  new (
    label?: "utf-8",
    options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean },
  ): TextDecoder;
};

interface URL {
  readonly href: string;
  readonly protocol: string;
  /** With the port, where the address names one that is not the protocol's own. */
  readonly host: string;
  readonly hostname: string;
  readonly username: string;
  readonly password: string;
  readonly search: string;
  readonly hash: string;
}

declare var URL: {
  new (url: string, base?: string | URL): URL;
  canParse(url: string): boolean;
};

declare function structuredClone<T>(value: T): T;

declare function queueMicrotask(callback: () => void): void;

declare function atob(data: string): string;

declare function btoa(data: string): string;

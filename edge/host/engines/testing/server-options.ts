/** What the server for tests is told: llama-server's arguments, and when to misbehave. */

export interface ServerFaults {
  /** Listens only after this. */
  readonly listenAfterMs?: number;
  /** Answers 503 for this long. */
  readonly loadingMs?: number;
  readonly crashAt?: "start" | "loading";
  /** Accepts connections and never answers, or never gives a token. */
  readonly hangAt?: "health" | "token";
  /** Written to each of its outputs before it listens. */
  readonly outputBytes?: number;
  readonly ignoreTerm?: boolean;
  /** Between two tokens. */
  readonly tokenMs?: number;
}

/** Sent to `POST /fault` of a running server. */
export type Fault =
  | { readonly kind: "crash" }
  | { readonly kind: "hang" }
  /** The next `times` requests for a reply are refused so. */
  | {
    readonly kind: "refuse";
    readonly times: number;
    readonly status: number;
    readonly body: unknown;
    readonly retryAfter?: string;
  }
  /** The next reply's connection breaks, falls silent, or carries these bytes, after its tokens. */
  | { readonly kind: "cut"; readonly afterTokens: number }
  | { readonly kind: "silent"; readonly afterTokens: number; readonly pingMs?: number }
  | { readonly kind: "say"; readonly afterTokens: number; readonly bytes: string }
  /** From now on no reply tells its usage. */
  | { readonly kind: "no-usage" }
  /** The next request for a reply waits so long for its first byte. */
  | { readonly kind: "slow"; readonly ms: number }
  /** From now on response formats are read over. */
  | { readonly kind: "ignore-format" }
  /** The next request for a reply is sent elsewhere. */
  | { readonly kind: "redirect"; readonly to: string };

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  /** Of one slot. */
  readonly contextTokens: number;
  readonly slots: number;
  readonly model: "letters" | "starter";
  readonly alias: string;
  /** The origin whose pages may ask; undefined allows none, as LM Studio does by itself. */
  readonly corsOrigin: string | undefined;
  readonly faults: ServerFaults;
}

export function readOptions(argv: readonly string[]): ServerOptions {
  const valueOf = (name: string): string | undefined => {
    const at = argv.indexOf(name);
    return at < 0 ? undefined : argv[at + 1];
  };
  const slots = Number(valueOf("--parallel") ?? 1);
  return {
    host: valueOf("--host") ?? "127.0.0.1",
    port: Number(valueOf("--port") ?? 0),
    contextTokens: Math.floor(Number(valueOf("--ctx-size") ?? 384) / slots),
    slots,
    model: valueOf("--test-model") === "starter" ? "starter" : "letters",
    alias: valueOf("--alias") ?? "test",
    corsOrigin: valueOf("--test-cors-origin"),
    faults: JSON.parse(valueOf("--test-faults") ?? "{}") as ServerFaults,
  };
}

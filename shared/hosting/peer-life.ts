/** One run of a peer, from its start to its end: the scopes of its parts, and their order. */

import { createScope, type Scope } from "../base/scope.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { type EndedPart, endParts } from "./end-parts.ts";
import type { ServiceRegistry } from "./services/service-registry.ts";

export interface PeerLife {
  /** Aborts with the peer's signal, with a defect, or by `abort`. */
  readonly signal: AbortSignal;
  readonly engineScope: Scope;
  readonly ledgerScope: Scope;
  readonly roomScope: Scope;
  readonly isEnding: boolean;
  abort(reason: unknown): void;
  /** Ends all parts in the reverse of their order (HO135); again waits for the same end. */
  end(): Promise<readonly EndedPart[]>;
}

export interface PeerParts {
  readonly clock: Clock;
  readonly trace: Log;
  readonly sessions: { close(): Promise<void> };
  readonly ledger: { running(): readonly string[] };
  readonly registry: ServiceRegistry;
  readonly roomIds: () => readonly string[];
}

export function createPeerLife(
  parts: PeerParts,
  onDefect: (error: unknown) => void,
  outer: AbortSignal,
): PeerLife {
  const ended = new AbortController();
  const signal = AbortSignal.any([outer, ended.signal]);
  const scopeOf = (): Scope =>
    createScope(signal, (error) => {
      onDefect(error);
      ended.abort(error);
    });
  const [engineScope, ledgerScope, roomScope] = [scopeOf(), scopeOf(), scopeOf()];
  const closing = (close: () => Promise<void>) => async (): Promise<readonly string[]> => {
    await close();
    return [];
  };
  const why = "the peer ends";
  const nobody = (): readonly string[] => [];
  const { sessions, ledger, registry } = parts;
  let ending: Promise<readonly EndedPart[]> | undefined;
  return {
    ...{ signal, engineScope, ledgerScope, roomScope },
    get isEnding() {
      return ending !== undefined;
    },
    abort: (reason) => ended.abort(reason),
    end: () =>
      ending ??= endParts(
        [
          { part: "engine", end: closing(() => engineScope.close(why)), left: nobody },
          { part: "sessions", end: closing(() => sessions.close()), left: nobody },
          { part: "ledger", end: closing(() => ledgerScope.close(why)), left: ledger.running },
          { part: "rooms", end: closing(() => roomScope.close(why)), left: parts.roomIds },
          { part: "services", end: () => registry.close(why), left: registry.names },
        ],
        parts.clock,
        parts.trace,
      ),
  };
}

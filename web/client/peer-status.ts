/** What the leading tab tells the others about its peer, and what they may ask of it. */

import type { AppCommand, AppSnapshot, CommandDone, CommandError } from "./app-client.ts";
import type { EngineView, RunningAttempt } from "./app-client.ts";
import { err, ok, type Result } from "#shared/base/mod.ts";
import { decodeEngineView } from "./engine-view.ts";
import { decodeAsks } from "./sessions/decode-asks.ts";
import type { AnnouncedLane } from "#shared/protocol/mod.ts";
import type { ServiceStatus, WaitingAsk } from "#shared/hosting/mod.ts";
import { decodeDownloads } from "./downloads/download-status.ts";
import { decodeServices } from "./decode-services.ts";
import { decodeLinks } from "./shared/decode-links.ts";
import type { SharedLinkStatus } from "./shared/shared-links.ts";

export interface PeerStatus {
  readonly engine: EngineView;
  readonly running: readonly RunningAttempt[];
  readonly facts: AppSnapshot["facts"];
  readonly models: AppSnapshot["models"];
  readonly modelHost: string;
  readonly endpoints: AppSnapshot["endpoints"];
  /** What this device announces to rooms; undefined from a tab of an earlier version. */
  readonly lanes: readonly AnnouncedLane[] | undefined;
  readonly downloads: AppSnapshot["downloads"];
  /** A failure of the peer's storage that lasts; undefined while all is well. */
  readonly trouble: CommandError | undefined;
  /** Connections of the shared rooms that the leader follows. */
  readonly links: readonly SharedLinkStatus[];
  /** Calls of this device's personas that wait for a person. */
  readonly asks: readonly WaitingAsk[];
  /** Every persona of the rooms that the peer looks after, hosted here or not. */
  readonly services: readonly ServiceStatus[];
}

/** Commands that only the peer can serve: everything about the one engine and its sockets. */
export type PeerCommand = Extract<
  AppCommand,
  {
    readonly kind:
      | "choose-model"
      | "engine-stop"
      | "delete-model"
      | "add-model"
      | "download-model"
      | "pause-download"
      | "set-model-host"
      | "add-endpoint"
      | "remove-endpoint"
      | "engine-retry"
      | "service-retry"
      | "list-models"
      | "reconnect"
      | "session";
  }
>;

export type PeerAnswer = Result<CommandDone, CommandError>;

const peerKinds: ReadonlySet<string> = new Set<PeerCommand["kind"]>([
  "choose-model",
  "engine-stop",
  "delete-model",
  "add-model",
  "download-model",
  "pause-download",
  "set-model-host",
  "add-endpoint",
  "remove-endpoint",
  "engine-retry",
  "service-retry",
  "list-models",
  "reconnect",
  "session",
]);

export function isPeerCommand(command: AppCommand): command is PeerCommand {
  return peerKinds.has(command.kind);
}

/**
 * Tabs of one origin run the same build or, for a while after an update, two: a frame is checked to
 * be of the kind it should be, and what a newer tab added is ignored by an older one.
 */
export const tabDecoders = {
  command(value: unknown): Result<PeerCommand, string> {
    const command = value as AppCommand | null;
    return typeof command === "object" && command !== null && isPeerCommand(command)
      ? ok(command)
      : err("not a command of the peer");
  },
  answer(value: unknown): Result<PeerAnswer, string> {
    const answer = value as PeerAnswer | null;
    return typeof answer === "object" && answer !== null && typeof answer.ok === "boolean"
      ? ok(answer)
      : err("not an answer");
  },
  status(value: unknown): Result<PeerStatus, string> {
    const status = value as PeerStatus | null;
    const isStatus = typeof status === "object" && status !== null &&
      Array.isArray(status.running) && typeof status.engine?.phase === "string";
    if (!isStatus) return err("not a status");
    // A tab of an earlier version says nothing of these.
    return ok({
      ...status,
      engine: decodeEngineView(status.engine),
      endpoints: Array.isArray(status.endpoints) ? status.endpoints : [],
      lanes: Array.isArray(status.lanes) ? status.lanes : undefined,
      downloads: decodeDownloads(status.downloads),
      links: decodeLinks(status.links),
      asks: decodeAsks(status.asks),
      services: decodeServices(status.services),
    });
  },
};

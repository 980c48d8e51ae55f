/**
 * What a headless host says of itself; of a room only what its own file calls it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY164 A host's health counts the devices to which the relay showed another history; its log
 *         says when one is found.
 */

import type {
  BootReport,
  EngineService,
  EngineStatus,
  PeerServices,
  RoomFeed,
  ServiceStatus,
} from "#shared/hosting/mod.ts";
import type { ChildReason } from "#shared/supervision/mod.ts";
import type { HostedRoom } from "./headless-host.ts";
import { personaIdOf, personasUnnamed } from "./put-personas.ts";

export interface HostStatus {
  readonly isReady: boolean;
  readonly engine: {
    readonly phase: string;
    readonly modelId: string | undefined;
    readonly restarts: number;
    /** What last kept it from being ready, and since when; `detail` is an engine's own words. */
    readonly problem?: string;
    readonly detail?: string;
    readonly downSince?: string;
    /** While it gets ready, such as `loading`. */
    readonly progress?: string;
  };
  readonly rooms: readonly RoomStatus[];
  /** How far the boot is, or how it went; of personas of every room by their ids. */
  readonly boot: Pick<BootReport, "attempted" | "hosted" | "pending">;
}

export interface RoomStatus {
  readonly name: string;
  /** Ids of personas that this host put there and that its configuration no longer names. */
  readonly notConfigured?: readonly string[];
  readonly link: string;
  /** Why it is offline or refused. */
  readonly reason?: string;
  /** Devices to which the relay showed another history (SY164). */
  readonly forks?: number;
  readonly personas: readonly PersonaStatus[];
}

export interface PersonaStatus {
  readonly key: string;
  readonly state: PersonaHosting;
  /** How she is served here (HO142); undefined until her room was looked at. */
  readonly service?: Omit<ServiceStatus, "roomId" | "persona">;
}

/** `absent`: the room does not know her yet. */
export type PersonaHosting = "absent" | "free" | "here" | "elsewhere" | "removed";

/** What is looked at of a room, and of the feeds. */
type ShownRoom = Pick<HostedRoom, "name" | "keys" | "personas"> & {
  readonly link: Pick<HostedRoom["link"], "status">;
};
interface ShownFeeds {
  get(roomId: string): Pick<RoomFeed, "state"> | undefined;
}

export function hostStatusOf(
  rooms: readonly ShownRoom[],
  feeds: ShownFeeds,
  engine: Pick<EngineService, "ready" | "status">,
  services: Pick<PeerServices, "status" | "boot">,
): HostStatus {
  const { supervision, profile, lastError, downSince, progress } = engine.status();
  const reason = reasonOf(supervision);
  const problem = lastError?.kind ?? reason?.kind;
  const served = services.status();
  const shown = rooms.map((room) => roomStatusOf(room, feeds, served));
  const { attempted, hosted, pending } = services.boot();
  return {
    isReady: engine.ready() !== undefined && shown.every(({ link }) => link === "live"), // HO95
    engine: {
      phase: supervision.phase,
      modelId: profile?.id,
      restarts: supervision.exits.length,
      ...problem !== undefined && { problem },
      ...reason && { detail: reason.detail },
      ...downSince !== undefined && { downSince: new Date(downSince).toISOString() },
      ...progress && { progress: progress.phase },
    },
    rooms: shown,
    boot: { attempted, hosted, pending },
  };
}

/** Why it is not ready: the end that it waits behind, or the last one while it starts again. */
export function reasonOf(status: EngineStatus["supervision"]): ChildReason | undefined {
  if (status.phase === "ready" || status.phase === "stopped") return undefined;
  const last = status.exits.at(-1)?.exit;
  return last !== undefined && "reason" in last ? last.reason : undefined;
}

function roomStatusOf(
  room: ShownRoom,
  feeds: ShownFeeds,
  served: readonly ServiceStatus[],
): RoomStatus {
  const { name, keys, personas } = room;
  const { link, forks = [], otherForks = 0 } = room.link.status();
  const state = feeds.get(keys.roomId)?.state();
  const unnamed = state === undefined ? [] : personasUnnamed(state, keys.device.id, personas);
  return {
    name,
    link: link.phase,
    ..."reason" in link ? { reason: link.reason } : {},
    ...forks.length > 0 && { forks: forks.length + otherForks }, // SY164
    ...unnamed.length > 0 && { notConfigured: unnamed }, // HO163
    personas: personas.map(({ key }) => {
      const id = personaIdOf(keys.device.id, key);
      const persona = state?.personas.get(id);
      if (persona === undefined) return { key, state: "absent" };
      if (persona.removed) return { key, state: "removed" };
      const known = served.find((one) => one.roomId === keys.roomId && one.persona === id);
      const service = known === undefined ? {} : { service: withoutIds(known) };
      const holder = persona.assignment?.device;
      if (holder === undefined) return { key, state: "free", ...service };
      return { key, state: holder === keys.device.id ? "here" : "elsewhere", ...service };
    }),
  };
}

/** How the boot of the configured personas went; undefined while one of them is on her way. */
export interface HostBoot {
  readonly hosted: number;
  readonly failed: readonly { readonly room: string; readonly persona: string }[];
  readonly skipped: readonly { readonly room: string; readonly persona: string }[];
}

const UNDER_WAY: ReadonlySet<string> = new Set(["planned", "bootstrapped", "primed", "restarting"]);

export function bootOf({ rooms }: Pick<HostStatus, "rooms">): HostBoot | undefined {
  const all = rooms.flatMap(({ name: room, personas }) =>
    personas.filter(({ state }) => state !== "removed")
      .map(({ key: persona, service }) => ({ room, persona, service }))
  );
  if (all.some(({ service }) => service === undefined || UNDER_WAY.has(service.phase))) {
    return undefined;
  }
  const told = all.map(({ room, persona, service }) => ({
    phase: service?.phase,
    failed: { room, persona, failure: service?.failure },
    skipped: { room, persona, reasons: service?.skips },
  }));
  return {
    hosted: told.filter(({ phase }) => phase === "serving").length,
    failed: told.flatMap(({ phase, failed }) => phase === "failed" ? [failed] : []),
    skipped: told.flatMap(({ phase, skipped }) => phase === "skipped" ? [skipped] : []),
  };
}

function withoutIds({ roomId: _room, persona: _persona, ...service }: ServiceStatus) {
  return service;
}

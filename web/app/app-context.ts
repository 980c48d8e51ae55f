/**
 * What every screen may reach: the client, the route, and the person's notices.
 *
 * Each part of the snapshot is a computed signal of its own, so that a screen redraws only when the
 * part that it reads has changed.
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect } from "preact/hooks";
import type {
  AppClient,
  AppCommand,
  AppSnapshot,
  CommandDone,
  CommandError,
} from "../client/app-client.ts";
import { type Attention, readAttention } from "./attention/attention.ts";
import type { Searching } from "./search/searching.ts";
import type { Handover } from "./app-handover.ts";
import { watchRoute } from "./route.ts";
import type { Route } from "./route.ts";

/** Something to tell that is no part of a screen: a failed command, or a deed done. */
export type Notice =
  | {
    readonly id: number;
    readonly kind: "failed";
    readonly doing: AppCommand["kind"];
    readonly error: CommandError;
  }
  | {
    readonly id: number;
    readonly kind: "done";
    readonly text: string;
    readonly undo?: Undo | undefined;
  };

/** What takes a deed back, while its notice stands (parts/undo-notice.tsx). */
export interface Undo {
  run(): void;
  /** The offer is over and was not taken. */
  onEnd?(): void;
}

/** New versions of the page (web/pwa/register.ts). */
export interface Updates {
  /** One is installed and waits. */
  readonly isReady: ReadonlySignal<boolean>;
  /** Takes it: every tab of this origin reloads. */
  apply(): Promise<void>;
}

export interface App {
  readonly client: AppClient;
  readonly route: ReadonlySignal<Route>;
  readonly notices: Signal<readonly Notice[]>;
  /** The room that was shared just now: it opens with its invitation. */
  readonly inviting: Signal<string | undefined>;
  readonly handover: Signal<Handover | undefined>;
  readonly attention: Signal<Attention>;
  /** Messages that the title counts; 0 until what counts them is there. */
  readonly unread: Signal<number>;
  /** What is searched, and in which room; undefined while nothing is. */
  readonly searching: Signal<Searching | undefined>;
  readonly updates: Updates;
  readonly part: { readonly [Key in keyof AppSnapshot]: ReadonlySignal<AppSnapshot[Key]> };
  /** Sends and shows a failure as a notice; resolves to what was done, or undefined. */
  act(command: AppCommand): Promise<CommandDone | undefined>;
  /** A deed with `undo` stands longer, and can be taken back from its notice. */
  tell(text: string, undo?: Undo): void;
  dismiss(id: number): void;
}

/** `joinLink`: the invite link that the page was opened with, already out of the address. */
export function createApp(client: AppClient, updates: Updates, joinLink?: string): App {
  const notices = signal<readonly Notice[]>([]);
  let nextId = 1;
  const dismiss = (id: number): void => {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  };
  return {
    client,
    route: watchRoute(joinLink),
    notices,
    inviting: signal<string | undefined>(undefined),
    handover: signal<Handover | undefined>(undefined),
    attention: signal(readAttention()),
    unread: signal(0),
    searching: signal<Searching | undefined>(undefined),
    updates,
    part: {
      boot: computed(() => client.snapshot.value.boot),
      leader: computed(() => client.snapshot.value.leader),
      device: computed(() => client.snapshot.value.device),
      rooms: computed(() => client.snapshot.value.rooms),
      movedRooms: computed(() => client.snapshot.value.movedRooms),
      room: computed(() => client.snapshot.value.room),
      answering: computed(() => client.snapshot.value.answering),
      engine: computed(() => client.snapshot.value.engine),
      facts: computed(() => client.snapshot.value.facts),
      models: computed(() => client.snapshot.value.models),
      endpoints: computed(() => client.snapshot.value.endpoints),
      downloads: computed(() => client.snapshot.value.downloads),
      modelHost: computed(() => client.snapshot.value.modelHost),
      asks: computed(() => client.snapshot.value.asks),
      services: computed(() => client.snapshot.value.services),
      problems: computed(() => client.snapshot.value.problems),
    },
    async act(command) {
      const result = await client.send(command);
      if (result.ok) return result.value;
      // The screen of a room that is not here says so itself.
      if (command.kind === "open-room" && result.error.kind === "room-unknown") return undefined;
      const id = nextId++;
      // One notice per kind of deed: pressing again replaces what the first press said.
      const others = notices.value.filter((notice) =>
        notice.kind === "done" || notice.doing !== command.kind
      );
      notices.value = [...others, { id, kind: "failed", doing: command.kind, error: result.error }];
      return undefined;
    },
    tell(text, undo) {
      const id = nextId++;
      notices.value = [...notices.value, { id, kind: "done", text, undo }];
      if (undo === undefined) setTimeout(() => dismiss(id), 6_000);
    },
    dismiss,
  };
}

/** Marks the page as usable once what is drawn now has been painted. */
export function useUsable(isDrawn: boolean): void {
  const { client } = useApp();
  useEffect(() => {
    if (isDrawn) client.markUsable();
  }, [client, isDrawn]);
}

export const AppContext = createContext<App | undefined>(undefined);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error("Cannot draw a screen outside mountApp");
  return app;
}

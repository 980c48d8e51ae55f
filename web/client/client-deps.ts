/** What the client of a tab needs from the browser; made in web/main.ts. */

import type { Result } from "#shared/base/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type {
  Clock,
  HttpFetch,
  IdSource,
  Log,
  Random,
  StorageError,
  Transport,
} from "#shared/ports/mod.ts";
import type { AppClient } from "./app-client.ts";
import type { BootedStorage } from "./client-storage.ts";
import type { LogLine } from "./diagnostics/log-ring.ts";
import type { ModelShelfDeps } from "./downloads/model-shelf.ts";
import type { RoomSearch } from "./search/room-search.ts";
import type { Drafts } from "./drafts.ts";
import type { LockPort, PagePort } from "./leadership.ts";
import type { PowerPort } from "./power.ts";
import type { PeerAnswer, PeerCommand, PeerStatus } from "./peer-status.ts";
import type { LoadKit } from "./shared/shared-kit.ts";
import type { StartedEngine } from "./start-engine.ts";
import type { TabChannel } from "./tab-channel.ts";
import type { TypedStorage } from "./typed-storage.ts";
import type { Unsent } from "./unsent.ts";

/** What only a leading tab needs; made in web/peer-parts.ts. */
export interface PeerParts extends Omit<ModelShelfDeps, "clock" | "saveChoice"> {
  /** The clock of a leading tab: its waits end on time in a hidden page too (SY120). */
  readonly hostClock: Clock;
  readonly startEngine: (
    generation: number,
    modelHost: string,
    signal: AbortSignal,
  ) => Promise<StartedEngine>;
  /** Makes a `fetch` for addresses that a person added. */
  readonly openFetch: (allowed: () => readonly string[]) => HttpFetch;
  /** Every model on offer but the starter. */
  readonly catalogue: () => Promise<readonly ModelProfile[]>;
  readonly transport: Transport;
  readonly power: PowerPort;
}

export interface ClientDeps {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly random: Random;
  readonly trace: Log;
  /** The newest lines of `trace` (SY194). */
  readonly logLines: () => readonly LogLine[];
  readonly drafts: Drafts;
  readonly unsent: Unsent;
  readonly typed: Pick<TypedStorage, "attach" | "flush">;
  readonly locks: LockPort;
  readonly page: PagePort;
  readonly tabs: TabChannel<PeerCommand, PeerAnswer, PeerStatus>;
  readonly bootStorage: (signal: AbortSignal) => Promise<Result<BootedStorage, StorageError>>;
  readonly rescueText: (signal: AbortSignal) => Promise<Result<string, StorageError>>;
  /** Asked for when this tab leads for the first time, and again where it did not come. */
  readonly loadPeerParts: () => Promise<PeerParts>;
  readonly starter: ModelProfile;
  /** The code of shared rooms; asked for when the first one is met. */
  readonly loadSharedKit: LoadKit;
  /** Opens a search in the rooms of this device. */
  readonly openSearch: () => Promise<RoomSearch>;
  /** Reads a card file aside of the page. */
  readonly readCard: AppClient["readCard"];
  /** Calls back when a lost connection may work again: the network is back, the page is seen. */
  readonly online: { subscribe(onBack: () => void): Disposable };
  /** The page's address without what is behind `#`. */
  readonly pageUrl: () => string;
  /** False while the page is hidden: what arrives then is not read. */
  readonly isVisible: () => boolean;
}

/** Room links on the real relay core, over a network in memory; used by the tests beside it. */

import { assert } from "#shared/base/mod.ts";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import { createLinkKit, type LinkKitOptions } from "#shared/testing/fakes/room-link-kit.ts";
import { createRelay, type Relay, relayLimits } from "../relay/mod.ts";
import { MemoryRelayStore } from "../stores/memory.ts";

export interface LinkWorldOptions extends Partial<Pick<LinkKitOptions, "seed" | "tap">> {
  readonly limits?: Partial<RelayLimits>;
}

export async function createLinkWorld({ seed = "link", tap, limits }: LinkWorldOptions = {}) {
  const kit = await createLinkKit({
    seed,
    accept: (wire, facts) => relay.accept(wire, facts),
    ...(tap && { tap }),
  });
  const secret = kit.crypto.randomBytes(32);
  const defects: unknown[] = [];
  let store = new MemoryRelayStore();
  let relay = open();

  function open(): Relay {
    return createRelay({
      ...{ store, secret, crypto: kit.crypto, clock: kit.clock, trace: kit.trace },
      limits: { ...relayLimits, ...limits },
      onDefect: (error) => defects.push(error),
    });
  }

  return {
    ...kit,
    defects,
    get store() {
      return store;
    },
    /** Peers with these names, all live. */
    async livePeers<const N extends readonly string[]>(...names: N) {
      const peers = await Promise.all(names.map((name) => kit.createPeer(name)));
      for (const peer of peers) peer.start();
      await kit.advance(2_000);
      for (const peer of peers) assert(peer.phase === "live", `${peer.name} is ${peer.phase}`);
      return peers as { [K in keyof N]: (typeof peers)[number] };
    },
    /** Kills the relay and starts another on its disk, which may have lost its newest commits. */
    async restart(commitsLost = 0) {
      kit.net.strand();
      store = store.crash(commitsLost);
      relay = open();
      await relay.start(new AbortController().signal);
    },
    /** Another relay that knows nothing. */
    replaceRelay() {
      kit.net.strand();
      store.crash();
      store = new MemoryRelayStore();
      relay = open();
    },
  };
}

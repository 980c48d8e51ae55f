/** Our own links on the real relay over a network that fails: nothing lost, doubled, reordered. */

import { onTestFinished, test } from "vitest";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { ownOrigins } from "../../http/upgrade-decision.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy.ts";
import { beginTalk, expectWhole, speak, until, untilLive } from "../judge-peers.ts";
import { ownServer } from "../line.ts";

/** Before the fault, and under it. */
const SAID_EACH = 6;

interface NetworkFault {
  readonly name: string;
  begin(proxy: FaultProxy): void;
  /** Whether it has struck and may end; one without only makes everything slow, to the end. */
  readonly hasStruck?: (proxy: FaultProxy) => boolean;
}

const breaks = (count: number) => (proxy: FaultProxy): boolean => proxy.facts().broken >= count;

const faults: readonly NetworkFault[] = [
  {
    name: "latency with jitter",
    begin: (proxy) => proxy.setFaults({ delayMs: 60, jitterMs: 80 }),
  },
  {
    name: "a thin line in slices",
    begin: (proxy) => proxy.setFaults({ bytesPerS: 20_000, sliceBytesMax: 7 }),
  },
  { name: "half-open", begin: (proxy) => proxy.freeze(), hasStruck: breaks(2) },
  { name: "reset", begin: (proxy) => proxy.reset(), hasStruck: breaks(2) },
  {
    name: "nobody there",
    begin(proxy) {
      proxy.isClosed = true;
      proxy.reset();
    },
    hasStruck: breaks(4),
  },
  {
    // Enough for a join and a few entries.
    name: "cut behind some bytes again and again",
    begin: (proxy) => proxy.setFaults({ cutAfterBytes: 3_000 }),
    hasStruck: breaks(4),
  },
  {
    name: "corrupted",
    begin: (proxy) => proxy.setFaults({ corruptEveryBytes: 2_000 }),
    hasStruck: (proxy) => proxy.facts().bytesCorrupted > 0,
  },
];

test.each(faults)(
  "[TO19] $name: both peers end with all that was said, once, in order",
  async (fault) => {
    const random = new SeededRandom("network faults");
    const proxy = await startFaultProxy(() => random.next());
    onTestFinished(() => proxy.close());
    const settings = { CONCLAVE_ORIGINS: ownOrigins("127.0.0.1", proxy.port).join(",") };
    const server = await ownServer({
      settings,
      limits: { appendBurst: 1_000, appendsPerS: 1_000 },
    });
    proxy.targetPort = server.port;
    const talk = await beginTalk([proxy.port, proxy.port]);
    await untilLive(talk);
    await speak(talk, SAID_EACH);
    fault.begin(proxy);
    await speak(talk, SAID_EACH);
    const { hasStruck } = fault;
    if (hasStruck !== undefined) {
      await until(talk, () => hasStruck(proxy));
      proxy.isClosed = false;
      proxy.setFaults({});
    }
    await expectWhole(talk, `http://127.0.0.1:${proxy.port}`);
  },
  120_000,
);

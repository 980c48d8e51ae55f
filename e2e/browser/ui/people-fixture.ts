/** What is known of devices in the drawn rooms: made-up keys, and comparisons as a person notes. */

import type { Comparison } from "../../../web/client/app-client.ts";
import type {
  DeviceCheck,
  PeopleAsk,
  PeopleReply,
} from "../../../web/client/shared/people/people-ask.ts";
import { OWN_DEVICE } from "./fixture-room.ts";

export class FixturePeople {
  readonly compared: Record<string, Comparison> = {};

  readonly dismissed = new Set<string>();

  reply(ask: PeopleAsk): PeopleReply {
    switch (ask.kind) {
      case "device":
        return this.#check(ask.device);
      case "compared":
        return { kind: "compared", devices: { ...this.compared } };
      case "matches":
        this.compared[ask.device] = { kind: "same", atMs: Date.now() };
        return { kind: "noted" };
      case "differs":
        delete this.compared[ask.device];
        return { kind: "noted" };
      case "history": {
        const seq = ask.upTo ?? 42;
        const wordIndexes = seq > 42 ? undefined : [seq, seq + 1, seq + 2, seq + 3];
        return { kind: "history", head: 42, seq, wordIndexes };
      }
      case "forks-seen":
        return { kind: "forks-seen", forks: [...this.dismissed] };
      case "dismiss-fork":
        this.dismissed.add(ask.fork);
        return { kind: "noted" };
    }
  }

  #check(device: string): DeviceCheck {
    const now = Date.now();
    const code = {
      wordIndexes: [442, 1491, 968, 1890, 1045, 701, 1736, 1790],
      digitGroups: ["83910", "96436", "30329", "36645", "82851", "34204"],
    };
    return {
      kind: "device",
      fingerprint: "9f".repeat(20),
      ...device === OWN_DEVICE ? {} : { code },
      firstAtMs: now - 3 * 86_400_000,
      lastAtMs: now - 600_000,
      compared: this.compared[device] ?? { kind: "none" },
    };
  }
}

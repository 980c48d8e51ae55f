import { describe, test } from "vitest";
import { CONTRACT_RUNS, type ContractCase } from "./contract-case.ts";
import type { Crypto } from "../../ports/crypto.ts";
import { cryptoContract } from "./crypto.contract.ts";
import { peerStoreContract } from "./peer-store.contract.ts";
import type { PeerStoreSubject } from "./peer-store-records.ts";
import { roomLogContract, type RoomLogSubject } from "./room-log.contract.ts";
import {
  sharedRoomStoreContract,
  type SharedRoomStoreSubject,
} from "./shared-room-store.contract.ts";

/** Runs the room log contract under Vitest; `make` gives a fresh, empty log each time. */
export function describeRoomLogContract(name: string, make: () => Promise<RoomLogSubject>): void {
  describeContract(name, roomLogContract, make);
}

/** Runs the crypto contract under Vitest. */
export function describeCryptoContract(name: string, make: () => Promise<Crypto>): void {
  describeContract(name, cryptoContract, make);
}

/** Runs the peer store contract under Vitest; `make` gives a fresh, empty store each time. */
export function describePeerStoreContract(
  name: string,
  make: () => Promise<PeerStoreSubject>,
): void {
  describeContract(name, peerStoreContract, make);
}

/** Runs the shared room store contract under Vitest; `make` gives a fresh room each time. */
export function describeSharedRoomStoreContract(
  name: string,
  make: () => Promise<SharedRoomStoreSubject>,
): void {
  describeContract(name, sharedRoomStoreContract, make);
}

function describeContract<Subject>(
  name: string,
  cases: readonly ContractCase<Subject>[],
  make: () => Promise<Subject>,
): void {
  describe(name, () => {
    test.each(cases.map((item) => [item.title, item] as const))("%s", async (_title, item) => {
      await item.run(make, CONTRACT_RUNS);
    });
  });
}

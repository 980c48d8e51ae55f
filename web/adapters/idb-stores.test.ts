import "fake-indexeddb/auto";
import {
  describePeerStoreContract,
  describeRoomLogContract,
} from "#shared/testing/contracts/describe-contract.ts";
import { makePeerStoreSubject, makeRoomLogSubject } from "./idb-stores.contract.ts";

describeRoomLogContract("room log in IndexedDB", makeRoomLogSubject);
describePeerStoreContract("peer store in IndexedDB", makePeerStoreSubject);

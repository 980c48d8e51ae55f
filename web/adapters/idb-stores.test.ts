import "fake-indexeddb/auto";
import {
  describePeerStoreContract,
  describeRoomLogContract,
  describeSharedRoomStoreContract,
} from "#shared/testing/contracts/describe-contract.ts";
import {
  makePeerStoreSubject,
  makeRoomLogSubject,
  makeSharedRoomStoreSubject,
} from "./idb-stores.contract.ts";

describeRoomLogContract("room log in IndexedDB", makeRoomLogSubject);
describePeerStoreContract("peer store in IndexedDB", makePeerStoreSubject);
describeSharedRoomStoreContract("shared rooms in IndexedDB", makeSharedRoomStoreSubject);

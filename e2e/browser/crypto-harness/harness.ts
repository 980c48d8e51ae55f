/** What the crypto spec calls inside a page: the platform's suite on the real browser. */

import {
  createDeviceKeys,
  createRoomSecret,
  createWebCrypto,
  deriveRoom,
  findMissingAlgorithms,
} from "../../../shared/crypto/mod.ts";
import vectors from "../../../shared/crypto/vectors.json";
import { cryptoContract } from "../../../shared/testing/contracts/crypto.contract.ts";
import {
  checkVectors,
  type CryptoVectors,
} from "../../../shared/testing/contracts/crypto-vectors.ts";

const face = {
  missing: () => findMissingAlgorithms(),
  checkVectors: () => checkVectors(createWebCrypto(), vectors as CryptoVectors),
  /** Titles of the cases that failed, with why. */
  async checkContract(runs: number): Promise<readonly string[]> {
    const failures: string[] = [];
    for (const item of cryptoContract) {
      try {
        await item.run(() => Promise.resolve(createWebCrypto()), runs);
      } catch (error) { // Whatever a check throws is the finding.
        failures.push(`${item.title}: ${String(error)}`);
      }
    }
    return failures;
  },
  /** Puts a device's keys into a database and signs with what comes out. */
  async signWithStoredKey(): Promise<boolean> {
    const crypto = createWebCrypto();
    await deriveRoom(crypto, { access: "write", secret: createRoomSecret(crypto) });
    const device = await createDeviceKeys(crypto);
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("keys");
      request.onupgradeneeded = () => request.result.createObjectStore("keys");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const stored = await new Promise<typeof device>((resolve, reject) => {
      const store = database.transaction("keys", "readwrite").objectStore("keys");
      store.put(device, "device");
      const request: IDBRequest<typeof device> = store.get("device");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    database.close();
    const text = new Uint8Array(3);
    const signature = await crypto.sign(stored.signKey, text);
    return await crypto.verify(device.signPublicKey, signature, text);
  },
};
export type Harness = typeof face;

Object.assign(globalThis, { cryptoHarness: face });

/**
 * Remembers beside the database that there was one: a browser that runs out of space removes
 * databases and files, but not this one line of local storage.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY266 A visit that finds none of what an earlier one stored says that the browser removed it,
 *         once.
 */

/** The part of the browser's local storage that is used; absent where it is refused. */
export interface VisitStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface Visits {
  /** Notes the database of this device; "missing" when it is not that of the visit before. */
  note(deviceId: string): "missing" | "known";
}

const KEY = "conclave.device";

export function createVisits(openLocal: () => VisitStorage): Visits {
  return {
    note(deviceId) {
      try {
        const local = openLocal();
        const before = local.getItem(KEY);
        if (before !== deviceId) local.setItem(KEY, deviceId);
        return before === null || before === deviceId ? "known" : "missing"; // SY266
      } catch { // Refused or full: then only the database itself can tell.
        return "known";
      }
    },
  };
}

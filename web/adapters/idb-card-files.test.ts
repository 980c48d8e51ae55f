import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { cardFileLimits, createCardFiles } from "./idb-card-files.ts";
import { freshDatabaseName } from "./idb-stores.contract.ts";

const file = (at: number): Uint8Array => Uint8Array.of(at, 255, 0);

test("[PL49] a card's file is there in the next session, until it is forgotten", async () => {
  const name = freshDatabaseName();
  await createCardFiles(name).keep("ps_1", file(1), noAbort);
  await createCardFiles(name).keep("ps_2", file(2), noAbort);
  await createCardFiles(name).keep("ps_1", file(3), noAbort);
  const files = createCardFiles(name);
  expect(await files.find("ps_1", noAbort)).toEqual({ ok: true, value: file(3) });
  await files.forget("ps_1", noAbort);
  expect(await files.find("ps_1", noAbort)).toEqual({ ok: true, value: undefined });
  expect(await files.find("ps_2", noAbort)).toEqual({ ok: true, value: file(2) });
});

test("[PL49] the oldest file makes way, whenever it was last kept", async () => {
  const files = createCardFiles(freshDatabaseName());
  for (let at = 0; at < cardFileLimits.filesMax; at += 1) {
    await files.keep(`ps_${at}`, file(at), noAbort);
  }
  await files.keep("ps_0", file(0), noAbort);
  await files.keep("ps_new", file(9), noAbort);
  expect(await files.find("ps_0", noAbort)).toEqual({ ok: true, value: file(0) });
  expect(await files.find("ps_1", noAbort)).toEqual({ ok: true, value: undefined });
  expect(await files.find("ps_2", noAbort)).toEqual({ ok: true, value: file(2) });
});

test("[PL49] a file too large is refused, and what was kept stays", async () => {
  const files = createCardFiles(freshDatabaseName());
  await files.keep("ps_1", file(1), noAbort);
  const kept = await files.keep("ps_1", new Uint8Array(cardFileLimits.fileBytesMax + 1), noAbort);
  expect(kept).toMatchObject({ ok: false, error: { kind: "card-file-too-large" } });
  expect(await files.find("ps_1", noAbort)).toEqual({ ok: true, value: file(1) });
});

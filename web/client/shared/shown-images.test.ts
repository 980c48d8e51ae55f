import { expect, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { blobEvent, jpegBytes, saidImage } from "#shared/testing/fakes/image-kit.ts";
import { roomScript } from "#shared/testing/fakes/room-script.ts";
import { clientLimits } from "../limits.ts";
import { offersOfShown } from "./shown-images.ts";

test("[RM56] a shared room's newest images are offered anew, each once, and no others", async () => {
  const room = roomScript();
  const show = (fill: number, isOffered = true) => {
    const bytes = jpegBytes(4, 3, fill);
    if (isOffered) room.add(blobEvent(bytes));
    const images = [saidImage(bytes, 4, 3)];
    return room.add({ kind: "say", text: "look", addressed: [], images });
  };
  const { sharedImagesMax } = clientLimits;
  for (let fill = 0; fill < sharedImagesMax + 3; fill += 1) show(fill);
  show(3); // Shown again: new.
  show(99, false); // Never there.
  const aside = show(100);
  room.add({ kind: "rewind", to: aside - 1, expect: aside });
  const log = {
    read: async (afterSeq: number, entriesMax: number) =>
      ok(room.entries.filter(({ seq }) => seq > afterSeq).slice(0, entriesMax)),
  };
  const fills = [...Array.from({ length: sharedImagesMax - 2 }, (_, index) => index + 5), 3];
  expect(await offersOfShown(log, room.state(), noAbort))
    .toEqual(fills.map((fill) => blobEvent(jpegBytes(4, 3, fill))));
});

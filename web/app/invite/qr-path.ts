/** A QR code as one SVG path, a unit a module. Pure. */

import { encode } from "uqr";

/** Light modules around the code; readers are promised four. */
const QUIET_MODULES = 4;

export interface QrPath {
  /** Modules of the code on a side, without the quiet zone. */
  readonly modules: number;
  readonly path: string;
}

/** Encodes `text` so that a code with up to 15 % of it dirty still reads. */
export function qrPath(text: string): QrPath {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  const runs: string[] = [];
  data.forEach((row, y) => {
    for (let x = 0; x < size; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      runs.push(
        `M${from + QUIET_MODULES} ${y + QUIET_MODULES}h${x - from + 1}v1h-${x - from + 1}z`,
      );
    }
  });
  return { modules: size, path: runs.join("") };
}

/** Units on a side of the picture, with the quiet zone. */
export function qrSize({ modules }: QrPath): number {
  return modules + 2 * QUIET_MODULES;
}

/** All pictures on one page, a row a screen. Pure. */

export interface Size {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

export const sizes: readonly Size[] = [
  { name: "narrow", width: 390, height: 844 },
  { name: "wide", width: 1440, height: 900 },
];

export const schemes = ["light", "dark"] as const;
export type Scheme = (typeof schemes)[number];

export function shotFile(screen: string, size: Size, scheme: Scheme): string {
  return `${screen}-${size.name}-${scheme}.png`;
}

/** Names are kebab-case (SY240), so nothing needs to be escaped. */
export function drawContactSheet(names: readonly string[]): string {
  const row = (name: string): string => {
    const pictures = sizes.flatMap((size) =>
      schemes.map((scheme) => {
        const file = shotFile(name, size, scheme);
        const alt = `${name}, ${size.name}, ${scheme}`;
        const [width, height] = [size.width / 3, size.height / 3].map(Math.round);
        return `<a href="${file}"><img loading="lazy" src="${file}" alt="${alt}" ` +
          `width="${width}" height="${height}"></a>`;
      })
    );
    return `<section id="${name}"><h2>${name}</h2>${pictures.join("")}</section>`;
  };
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Conclave, every screen</title>',
    "<style>body{font:14px system-ui;margin:24px;background:#888}h2{font-size:14px;margin:24px 0 8px}",
    "img{object-fit:cover;object-position:top;margin-inline-end:8px;vertical-align:top}</style>",
    `<h1>${names.length} screens</h1>`,
    ...names.map(row),
    "",
  ].join("\n");
}

/**
 * A round face for a person, a tile in her hue for a persona. Decoration: names say it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY241 A persona's tile has one of four outlines, by her name: neighbours differ without colour.
 */

import type { JSX } from "preact";

export function Avatar({ name, hue, tint, size = "m" }: {
  readonly name: string;
  /** Given for a persona only. */
  readonly hue?: number | undefined;
  /** The colour of another person. */
  readonly tint?: number | undefined;
  readonly size?: "s" | "m" | "l";
}): JSX.Element {
  const persona = hue !== undefined;
  return (
    <span
      class={`avatar avatar-${size} ${persona ? "avatar-persona" : "avatar-person"}`}
      {...hueProps(hue ?? tint)}
      data-outline={persona ? outlineOf(name) : undefined}
      aria-hidden="true"
    >
      {initials(name, persona ? 1 : 2)}
    </span>
  );
}

/** 0 to 3, the same for a name everywhere. */
export function outlineOf(name: string): number {
  return [...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 4;
}

/** Sets the persona's hue by CSSOM (a style object), which the content security policy allows. */
export function hueProps(
  hue: number | undefined,
): { "data-hue"?: string; style?: Record<string, string> } {
  return hue === undefined ? {} : { "data-hue": String(hue), style: { "--hue": String(hue) } };
}

/** "MK" for "Mika Kallio"; whole code points, so that no surrogate half is shown. */
export function initials(name: string, count: number): string {
  const words = name.trim().split(/\s+/).filter((word) => word !== "");
  const first = words.length > 1 ? words.map((word) => [...word][0] ?? "") : [...(words[0] ?? "?")];
  return first.slice(0, count).join("").toUpperCase();
}

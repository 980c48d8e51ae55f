/**
 * Which languages there are: each file beside `en.ts` that exports `messages` is one, found at
 * build time and loaded when needed.
 */

import * as english from "./en.ts";
import { type Catalogue, setCatalogue } from "./translate.ts";

type Loader = () => Promise<{ readonly messages: Catalogue }>;

// Two- or three-letter names are languages; the other files of this folder are code.
const files: Record<string, Loader> = import.meta.glob<{ readonly messages: Catalogue }>([
  "./??.ts",
  "./???.ts",
  "./??-??.ts",
  "!./en.ts",
]);

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

const STORED = "conclave.language";

/** Tags of all languages, English first. */
export const languages: readonly string[] = ["en", ...Object.keys(files).map(pathToTag)];

/** The person's own choice; undefined follows the browser. */
export function chosenLanguage(): string | undefined {
  const stored = localStorage.getItem(STORED);
  return stored !== null && languages.includes(stored) ? stored : undefined;
}

/** Keeps the choice; the page shows it after a reload. */
export function chooseLanguage(tag: string | undefined): void {
  if (tag === undefined) localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, tag);
}

/** Loads the best language; resolves at once for English. */
export async function loadLanguage(preferred: readonly string[]): Promise<void> {
  const tag = matchLanguage(chosenLanguage() ? [chosenLanguage() as string] : preferred, languages);
  const load = files[`./${tag}.ts`];
  const region = preferred.find((wish) => wish.split("-")[0] === tag.split("-")[0]) ?? tag;
  document.documentElement.lang = tag;
  document.documentElement.dir = directionOf(tag);
  const manifest = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
  // SY282
  if (load !== undefined && manifest !== null) manifest.href = `/manifest.${tag}.webmanifest`;
  const { messages } = load === undefined ? english : await load();
  setCatalogue(region, messages);
}

/**
 * The first preferred tag that exists, by its full tag, then by its language alone; else English.
 */
export function matchLanguage(preferred: readonly string[], there: readonly string[]): string {
  for (const wish of preferred) {
    const whole = there.find((tag) => tag.toLowerCase() === wish.toLowerCase());
    if (whole !== undefined) return whole;
    const language = wish.split("-")[0]?.toLowerCase();
    const part = there.find((tag) => tag.toLowerCase() === language);
    if (part !== undefined) return part;
  }
  return "en";
}

/** Which way a language is written: "rtl" for Arabic. */
export function directionOf(tag: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(tag.split("-")[0] ?? "") ? "rtl" : "ltr";
}

function pathToTag(path: string): string {
  return path.slice(2, -3);
}

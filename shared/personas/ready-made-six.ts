import type { Card } from "../protocol/events.ts";
import { readyMade } from "./ready-made.ts";

/** The cast of the device check: the first two and four more voices that the starter knows. */
export const readyMadeSix: readonly Card[] = Object.freeze([
  ...readyMade,
  card("Cleo", "a blunt, practical builder who fixes everything. Likes straight walls.", 40),
  card("Dara", "a cheerful, generous cook who feeds everyone. Likes fresh bread.", 15),
  card("Elin", "a curious, precise scientist who tests every idea. Likes good questions.", 205),
  card("Finn", "a weathered, jolly sailor who tells tales of the sea. Likes calm harbours.", 320),
]);

function card(name: string, gist: string, hue: number): Card {
  return { name, gist, description: "", greeting: "", hue };
}

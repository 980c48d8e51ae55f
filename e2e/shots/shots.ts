/** What the command needs, in one module: a tool may import TypeScript once (import-typescript). */

export { buildUiSite } from "../browser/ui/ui-site.ts";
export { drawContactSheet } from "./contact-sheet.ts";
export { keepShots, keptShots } from "./kept-shots.ts";
export { screens } from "./screens.ts";
export { takeShots } from "./take-shots.ts";

export type { CardError } from "./card-error.ts";
export {
  type CardFile,
  type CardFormat,
  readCardFile,
  writeCardCharx,
  writeCardJson,
  writeCardPng,
} from "./card-file.ts";
export type { CardNotice, CardTextField } from "./decode-card.ts";
export { personaToCard } from "./edit-card.ts";
export { cardLimits } from "./limits.ts";
export { type LeftOut, type PersonaProposal, proposePersona } from "./propose-persona.ts";

/** Limits of one question to the model resolver; over them it is refused (TP69). */
export const resolverLimits = Object.freeze({
  /** The catalogue lists some dozens; ten endpoints of a hundred models each still fit. */
  offersMax: 1_024,
  providersMax: 64,
  architecturesMax: 32,
  loadedModelsMax: 64,
  /** Model, provider and architecture names; the longest of the catalogue has 44. */
  idCharsMax: 256,
  /** Characters of a refused value that the refusal repeats. */
  refusedValueCharsMax: 64,
});

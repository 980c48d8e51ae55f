/**
 * What a prompt says of images, whoever reads it.
 *
 * Rules (shared/SPEC.md, section PL):
 *   PL80  A message's images stand in every prompt that has the message, as its author's words for
 *         them: who cannot see them knows that they were there.
 */

/** A message's text with its images behind it. */
export function textWithImages(
  text: string,
  images: readonly { readonly alt: string }[] | undefined,
): string {
  const shown = (images ?? []).map(({ alt }) => {
    const words = alt.replace(/[[\]\s]+/g, " ").trim();
    return words === "" ? "[picture]" : `[picture: ${words}]`;
  });
  return [text, ...shown].filter((part) => part !== "").join(" ");
}

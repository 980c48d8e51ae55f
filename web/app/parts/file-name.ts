/**
 * Letters and digits of any script; what file systems read otherwise is left out. Empty where
 * nothing is left.
 */
export function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
}

/** Hands a file to the browser's downloads. */
export function offerFile(
  name: string,
  content: string | Uint8Array<ArrayBuffer> | Blob,
  type: string,
) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download holds the blob by now.
  URL.revokeObjectURL(url);
}

/** Where a model's files are, under a configurable host. Pure. */

import type { ModelHost } from "../protocol.ts";

/** The part of the library's model record that says where files are. */
export interface ModelAddress {
  /** Address of the weights: a hub page, or a folder below `/resolve/`. */
  readonly model: string;
  /** Address of the compiled model library (wasm). */
  readonly modelLib: string;
  /** The library knows it as a model that takes images. */
  readonly seesImages?: boolean;
}

export interface ModelUrls {
  /** Ends with a slash. */
  readonly weights: string;
  readonly library: string;
}

/** Both addresses with the host's parts in place of the library's own. */
export function resolveModelUrls(
  address: ModelAddress,
  host: ModelHost,
  libraryPrefix: string,
): ModelUrls {
  const own = withSlash(address.model);
  const folder = /\/resolve\/[^/]+\/$/.test(own) ? own : `${own}resolve/main/`;
  const weights = host.weights === ""
    ? folder
    : new URL(new URL(folder).pathname.slice(1), withSlash(host.weights)).href;
  const isPrebuilt = address.modelLib.startsWith(libraryPrefix);
  const library = host.libraries === "" || !isPrebuilt
    ? address.modelLib
    : new URL(address.modelLib.slice(libraryPrefix.length), withSlash(host.libraries)).href;
  return { weights, library };
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

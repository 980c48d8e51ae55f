/** Which links of an untrusted text may be followed, and how their target is named. */

const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

export interface SafeLink {
  readonly href: string;
  /** The host, or the address of a mail link: shown beside the link's own words. */
  readonly target: string;
}

/** Undefined for anything but an absolute http, https or mailto link: it is then shown as text. */
export function toSafeLink(href: string): SafeLink | undefined {
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    // Not absolute: relative links would point into this page.
    return undefined;
  }
  if (!SCHEMES.has(url.protocol)) return undefined;
  // A name before the host ("https://bank.example@evil.example") only misleads.
  url.username = "";
  url.password = "";
  const target = url.protocol === "mailto:" ? url.pathname : url.host;
  return target === "" ? undefined : { href: url.href, target };
}

/** Settings of a server process. Reads them from an environment and judges them; opens nothing. */

export interface ServerSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export type SettingsResult =
  | { readonly ok: true; readonly value: ServerSettings }
  | { readonly ok: false; readonly message: string };

const HOST_DEFAULT = "127.0.0.1";
const PORT_DEFAULT = 8787;
const PORT_MAX = 65_535;

/** Reads HOST and PORT. Unset or empty means the default; anything else must be valid. */
export function readServerSettings(
  environment: Readonly<Record<string, string | undefined>>,
): SettingsResult {
  const host = environment["HOST"]?.trim() || HOST_DEFAULT;
  const portText = environment["PORT"]?.trim() || String(PORT_DEFAULT);
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > PORT_MAX) {
    return {
      ok: false,
      message: `Cannot use PORT "${portText}": it must be a whole number from 0 to ${PORT_MAX}, ` +
        `where 0 lets the system choose`,
    };
  }
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) {
    return {
      ok: false,
      message: `Cannot use HOST "${host}": it must be a host name or an IP address`,
    };
  }
  return { ok: true, value: { host, port } };
}

/** Text for a person about why the server could not listen. `code` is the system's error code. */
export function describeListenFailure(settings: ServerSettings, code: string | undefined): string {
  switch (code) {
    case "EADDRINUSE":
      return `Cannot listen on port ${settings.port}: another program uses it. ` +
        `Choose another port, for example PORT=${nextPort(settings.port)} npm start, ` +
        `or PORT=0 to let the system choose`;
    case "EACCES":
      return `Cannot listen on port ${settings.port}: this user may not. ` +
        `Choose a port above 1023, for example PORT=${PORT_DEFAULT} npm start`;
    case "EADDRNOTAVAIL":
    case "EINVAL":
    case "ENOTFOUND":
      return `Cannot listen on host "${settings.host}": this machine has no such address. ` +
        `Leave HOST unset for ${HOST_DEFAULT}`;
    default:
      return `Cannot listen on ${settings.host}, port ${settings.port}: ${code ?? "unknown cause"}`;
  }
}

function nextPort(port: number): number {
  return port < PORT_MAX ? port + 1 : PORT_DEFAULT;
}

/** The address to type into a browser. */
export function addressOf(host: string, port: number): string {
  // A browser cannot open 0.0.0.0; it means "every address of this machine".
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}/`;
}

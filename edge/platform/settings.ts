/**
 * Settings of a server process. Reads them from an environment and judges them; opens nothing.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL72  A setting that cannot be used ends the start with a message that names it and the way
 *         out.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Bytes } from "#shared/ports/mod.ts";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import { parseOrigins } from "../http/upgrade-decision.ts";
import type { VisitorLimits } from "../http/visitor-limits.ts";
import { readRelayLimits } from "./relay-limits.ts";
import { readRelaySecret } from "./relay-secret.ts";

export interface ServerSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Folder of the relay's log, undefined for the default of the launcher. */
  readonly dataFolder: string | undefined;
  /** A Redis that several servers share, instead of a folder's database; undefined: none. */
  readonly redis: { readonly url: string; readonly secret: Bytes } | undefined;
  /** Origins that may use the relay; undefined: the machine's own names. */
  readonly origins: readonly string[] | undefined;
  /** Our own proxy stands in front and appends to `X-Forwarded-For`. */
  readonly trustsProxy: boolean;
  /** Where metrics, readiness and backups are; undefined: nowhere. */
  readonly operator: { readonly host: string; readonly port: number } | undefined;
  readonly relayLimits: RelayLimits;
  readonly visitorLimits: VisitorLimits;
  readonly membersMax: number;
  readonly storeBytesMax: number;
}

/** Names of all settings: the launcher lets the server read these and no others. */
export type Environment = Readonly<Record<string, string | undefined>>;

const HOST_DEFAULT = "127.0.0.1";
const PORT_DEFAULT = 8787;
const PORT_MAX = 65_535;

/** Unset or empty means the default; anything else must be valid. The error is for a person. */
export function readServerSettings(environment: Environment): Result<ServerSettings, string> {
  const address = readAddress(environment);
  if (!address.ok) return address;
  const origins = parseOrigins(environment["CONCLAVE_ORIGINS"] ?? "");
  if (!origins.ok) {
    return err(
      `Cannot use CONCLAVE_ORIGINS: "${origins.error}" is no origin such as ` +
        `https://chat.example; separate several by commas`,
    );
  }
  const proxy = environment["CONCLAVE_TRUST_PROXY"]?.trim() || "0";
  if (proxy !== "0" && proxy !== "1") {
    return err(
      `Cannot use CONCLAVE_TRUST_PROXY "${proxy}": it must be 1 behind a proxy of your own, ` +
        `else 0 or unset`,
    );
  }
  const limits = readRelayLimits(environment["CONCLAVE_RELAY_LIMITS"]);
  if (!limits.ok) return limits;
  const operator = readOperator(environment["CONCLAVE_OPERATOR"]?.trim() ?? "");
  if (!operator.ok) return operator;
  const redis = readRedis(environment);
  if (!redis.ok) return redis;
  return ok({
    ...address.value,
    redis: redis.value,
    dataFolder: environment["CONCLAVE_DATA"]?.trim() || undefined,
    origins: origins.value.length === 0 ? undefined : origins.value,
    trustsProxy: proxy === "1",
    operator: operator.value,
    ...limits.value,
  });
}

/** All servers on one Redis have one secret: a cursor of each is good at every other. */
function readRedis(environment: Environment): Result<ServerSettings["redis"], string> {
  const url = environment["CONCLAVE_REDIS"]?.trim() ?? "";
  const secretText = environment["CONCLAVE_RELAY_SECRET"]?.trim() ?? "";
  if (url === "") {
    if (secretText === "") return ok(undefined);
    return err(
      `Cannot use CONCLAVE_RELAY_SECRET without CONCLAVE_REDIS: ` +
        `a server with a folder of its own keeps its secret there`,
    );
  }
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    return err(`Cannot use CONCLAVE_REDIS: it must be an address such as redis://127.0.0.1:6379`);
  }
  const secret = readRelaySecret(secretText, `the same for every server on one Redis`);
  return secret.ok ? ok({ url, secret: secret.value }) : secret;
}

function readAddress(
  environment: Environment,
): Result<Pick<ServerSettings, "host" | "port">, string> {
  const host = environment["HOST"]?.trim() || HOST_DEFAULT;
  const portText = environment["PORT"]?.trim() || String(PORT_DEFAULT);
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > PORT_MAX) {
    return err(
      `Cannot use PORT "${portText}": it must be a whole number from 0 to ${PORT_MAX}, ` +
        `where 0 lets the system choose`,
    );
  }
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) {
    return err(`Cannot use HOST "${host}": it must be a host name or an IP address`);
  }
  return ok({ host, port });
}
/** Such as `127.0.0.1:9464` or `[::1]:9464`; a name could stand for an address of the world. */
function readOperator(text: string): Result<ServerSettings["operator"], string> {
  if (text === "") return ok(undefined);
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})):(\d{1,5})$/.exec(text);
  const [, six, four, digits] = found ?? [];
  const [host, port] = [six ?? four, Number(digits)];
  if (host === undefined || port > PORT_MAX) {
    return err(
      `Cannot use CONCLAVE_OPERATOR "${text}": it must be an IP address and a port ` +
        `such as 127.0.0.1:9464; only who may read metrics should reach it`,
    );
  }
  return ok({ host, port });
}

/** Text for a person about why the server could not listen. `code` is the system's error code. */
export function describeListenFailure(
  settings: Pick<ServerSettings, "host" | "port">,
  code: string | undefined,
): string {
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

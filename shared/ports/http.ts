/** What the core uses of `fetch`: those of browsers, Node and Deno are it as they are. */

export interface HttpBodyReader {
  /** Rejects where the connection breaks. */
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  /** Ends the connection. */
  cancel(reason?: unknown): Promise<void>;
}

export interface HttpResponse {
  /** The status is 200 to 299. */
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): HttpBodyReader } | null;
}

export interface HttpOptions {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A redirect could carry a key to another host: it fails the request. */
  readonly redirect: "error";
  /** Aborting closes the connection, then and later, while the body is read. */
  readonly signal: AbortSignal;
}

/** Rejects where no answer comes: nobody listens, the line breaks, the page may not ask. */
export type HttpFetch = (url: string, options: HttpOptions) => Promise<HttpResponse>;

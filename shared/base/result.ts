/** A value or a refusal the caller must decide about. Defects and cancellation throw instead. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Wraps a success. */
export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

/** Wraps a refusal; `error` is plain data with a kebab-case `kind`. */
export function err<E>(error: E): Result<never, E> {
  return { ok: false, error };
}

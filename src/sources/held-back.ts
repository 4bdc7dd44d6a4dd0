/** A promise whose failure counts when it is waited for, not before. */
export function heldBack<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

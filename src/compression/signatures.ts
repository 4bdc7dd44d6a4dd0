/** Whether a file starts with these bytes. */
export function startsWith(head: Uint8Array, start: readonly number[]): boolean {
  return head.length >= start.length && start.every((byte, index) => head[index] === byte);
}

/** Whether a file ends inside a signature, and what there is of it is hardly text. */
export function startsWithPartOf(head: Uint8Array, start: readonly number[]): boolean {
  if (head.length < 2 || head.length >= start.length) return false;
  if (head.length < 4 && head.every((byte) => byte < 0x80)) return false;
  return startsWith(head, start.slice(0, head.length));
}

/** The code of an error of the system, like ENOENT; its text where it has none. Goes by the member: errors may come from another realm. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}

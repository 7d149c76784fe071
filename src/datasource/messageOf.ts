/** What a caught value says. Goes by its shape: errors may come from another realm (a worker, Grafana's plugin sandbox). */
export function messageOf(error: unknown): string {
  return hasMessage(error) ? error.message : String(error);
}

function hasMessage(error: unknown): error is { readonly message: string } {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}

/** Writes structured logs: one JSON object a line. Members hold names, counts and reasons, never addresses with credentials. */
export type WatchLog = (level: 'info' | 'warning' | 'error', event: string, members?: Readonly<Record<string, unknown>>) => void;

export const logToStderr: WatchLog = (level, event, members = {}) => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...members })}\n`);
};

import { pathOf } from './runOfficialTool';

export { runOfficialTool, type ToolAnswer } from './runOfficialTool';

/** `describe`, or `describe.skip` where Go is not installed. */
export const describeWithGo = pathOf('trace') === null ? describe.skip : describe;
/** To stand in the names of such tests. */
export const goNote = pathOf('trace') === null ? ' (skipped: go is not installed)' : '';

/** Labels and test ids of the editors, shared by the components and by browser tests. */
export const selectors = {
  queryEditor: {
    firstRun: 'gclens first run',
    capturePicker: 'Captures',
    baseline: 'Baseline',
    addFiles: 'Add files',
    dropZone: 'Drop Go profiles and execution traces here',
    uploads: 'Files being added',
    cancelUpload: (file: string) => `Cancel ${file}`,
    storedCaptures: 'Captures in this browser',
    removeCapture: (name: string) => `Remove ${name} from this browser`,
    missingCapture: 'Missing capture',
    view: 'View',
    selector: 'Selector',
    selectorError: 'gclens selector error',
    selectorCompletions: 'Selector completions',
    request: 'Request',
    sampleType: 'Sample type',
    maxNodes: 'Max nodes',
    cycle: 'GC cycle',
  },
  annotationEditor: {
    regions: 'Mark',
    timeUnit: 'Time unit',
  },
  variableEditor: {
    kind: 'Values',
    key: 'Label',
    preview: 'gclens variable values',
  },
  configEditor: {
    tracingDataSource: 'Tracing data source',
  },
} as const;

export { GclensDataSource } from './datasource';
export type { StoredCapture } from './store';
export type { GclensOptions, GclensQuery } from './types';
export { sampleTypeOption } from './sampleTypes';
export { SelectorField } from './components/SelectorField';
export { UploadArea, UploadList } from './components/UploadArea';
export { useUploads, type Uploads } from './components/useUploads';
export { useCaptures } from './components/useCaptures';

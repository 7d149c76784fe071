export type { CaptureInfo, CaptureKind, OpenedCapture, Sha256 } from './capture';
export { kindNames } from './kindNames';
export { openCapture } from './openCapture';
export { type Foreign, type Sniffed, sniffCapture } from './sniff';
export { gunzip, type Gunzipped, type GunzipOptions, prepareGunzip } from './gunzip';
export * from './sources';
export { hashCapture, parseSha256 } from './hash';

export { describeLiveProfile, type LiveProfile, liveProfiles, type LiveProfileDescription } from './liveProfiles';
export { type Asked, explainContent, explainRefusal, type Refusal } from './explainAnswer';
export { type Ask, type HttpAnswer, type HttpRequest, readBody, readStart } from './http';
export { type FoundFile, type FoundFiles, listFiles, type ListOptions } from './listFiles';
export {
  decodePath,
  encodePath,
  type ListedFile,
  type Listing,
  type ListingKind,
  listingKindNames,
  parseListing,
  parseS3Error,
  pathIn,
  s3Query,
} from './listings';
export { groupMoments, type Moment } from './moments';
export { parsePathPattern, type PathMatch, type PathPattern } from './pathPattern';
export { type GoodAnswer, refuseForeign, request } from './request';
export { timeOfName } from './timeOfName';
export { answerOf, fetchAsk } from './fetchAsk';
export {
  checkPath,
  fileNameOf,
  type LiveLimits,
  type LiveRequest,
  type LiveWish,
  planLive,
  type TakenFile,
  takeLive,
  type TakenFiles,
} from './live';
export { parsePprofIndex } from './pprofIndex';
export { findPprofIndex, type PprofIndex } from './findPprofIndex';

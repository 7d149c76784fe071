export { describeLiveProfile, type LiveProfile, liveProfiles, type LiveProfileDescription } from './liveProfiles';

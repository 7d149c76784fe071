export type { FunctionTable, LabelTable, LocationTable, Mapping, Profile, SampleTable, SampleType } from './profile';
export type { FlameTree, WeightedStacks } from './flameTree';
export { decodeProfile } from './decodeProfile';
export { profileStacks, type ProfileStacksOptions } from './profileStacks';
export { buildFlameTree, type FlameTreeOptions } from './buildFlameTree';

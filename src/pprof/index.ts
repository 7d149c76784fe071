export type { FunctionTable, LabelTable, LocationTable, Mapping, Profile, SampleTable, SampleType } from './profile';
export type { FlameTree, WeightedStacks } from './flameTree';
export { decodeProfile } from './decodeProfile';
export { profileStacks, type ProfileStacksOptions } from './profileStacks';
export { buildFlameTree, type FlameTreeOptions } from './buildFlameTree';
export { formatSelector, type Matcher, type MatchOperator, matchesSelector, parseSelector, type Selector } from './selector';
export { filterSamples, labelValues, type LabelWeight } from './labels';
export { formatPercentage, formatValue } from './units';
export { formatTop, type Top, type TopOptions, type TopRow, topRows, usualTopFractions } from './top';

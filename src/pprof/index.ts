export * from './profile';
export * from './flameTree';
// decodeProfile(bytes: Uint8Array): Profile                                          throws GclensError
// buildFlameTree(stacks: WeightedStacks, options: {maxNodes: number}): FlameTree
// profileStacks(profile, {sampleType: number, sampleFilter?: Uint8Array}): WeightedStacks
// parseSelector(text): Selector; matchesSelector(selector, labels)                   PromQL-like matchers with error positions
// filterSamples(profile, selector): Uint8Array                                       1 for samples that match
// labelValues(profile): Map<key, Map<value, count>>

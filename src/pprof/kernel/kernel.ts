// The hot loops of profile decoding: profile.proto to columns (github.com/google/pprof/proto/profile.proto). A file is copied in, scanned, and its tables are
// read in this order; every function that gives true is to be called again.
export { deskAt, isZero } from './columns';
export { reportAt } from './failure';
export { prepareFunctions, readFunctions } from './functions';
export { addMapping, prepareMappings, seedIds } from './ids';
export { outline, prepareInput, scan } from './input';
export { prepareLocations, readLocations } from './locations';
export { inexactLabelTotal, inexactValuesAt, prepareSamples, readSamples } from './samples';
export { entryTotal, prepareEntries, readEntries, stackStarts, stackTotal, touchedBits } from './stacks';

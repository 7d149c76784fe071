export { type Bytes, type Ns, bytes, ns } from './units';
export { GclensError, isAbort, type Notice, type ReadErrorDetails, toGclensError } from './errors';
export { excerpt, excerptList } from './excerpt';
export { breathe, type ReportProgress, type WorkOptions } from './work';
export { ProtoReader, WireType } from './protoReader';
export { groupBy, pushTo } from './groups';
export { GrowingColumn, isZero, newFloat64, newUint32 } from './growingColumn';
export { compareText } from './compareText';
export { type Kernel, type KernelKind, type KernelMemory, type KernelSource, isWasmAllowed, startKernel } from './kernel';

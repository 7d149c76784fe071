import { type Int64, truncateToInt64 } from '../int64';
import { goExp } from './goExp';

/**
 * What sampled allocations stand for: an allocation of S bytes is sampled with the probability 1 - e^(-S / period)
 * (google/pprof profile/legacy_profile.go, scaleHeapSample). A period of 1 or less means that all were counted.
 */
export function unsampleHeap(count: Int64, size: Int64, period: Int64): readonly [count: Int64, size: Int64] {
  if (count === 0 || size === 0) {
    return [0, 0];
  }
  if (period <= 1) {
    return [count, size];
  }
  const meanSize = Number(size) / Number(count);
  const scale = 1 / (1 - goExp(-meanSize / Number(period)));
  return [truncateToInt64(Number(count) * scale), truncateToInt64(Number(size) * scale)];
}

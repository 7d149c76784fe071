import type { Profile, SampleType } from '../profile';

/**
 * The frames that say nothing in a profile of a kind: what allocates, what locks, what takes the sample. Legacy files hold no rules of their own
 * (google/pprof profile/legacy_profile.go, addLegacyFrameInfo).
 */
export function chooseDropRules(sampleTypes: readonly SampleType[]): Pick<Profile, 'dropFrames' | 'keepFrames'> {
  const types = sampleTypes.map(({ type }) => type).join(' ');
  if (heapTypes.has(types)) {
    return { dropFrames: allocators, keepFrames: runtimeCalls };
  }
  return { dropFrames: types === 'contentions delay' ? lockFunctions : profilers, keepFrames: '' };
}

const heapTypes: ReadonlySet<string> = new Set([
  'allocations size',
  'objects space',
  'inuse_objects inuse_space',
  'alloc_objects alloc_space',
  'alloc_objects alloc_space inuse_objects inuse_space',
]);

const allocators = [
  '(tc_)?(c|m|re|v|pv)alloc',
  '(tc_)?(cfree|free|memalign|posix_memalign)',
  'do_memalign|__posix_memalign',
  'tc_(new|delete)(array)?|tc_new(array)?_nothrow',
  'malloc_zone_((c|m|re|v)alloc|memalign|free)',
  '__libc_malloc|cpp_alloc|_M_allocate|allocate',
  '(::)?do_malloc(_no_errno|_pages)?',
  'DoSampledAllocation|MallocedMemBlock::MallocedMemBlock',
  '__builtin_(vec_)?(delete|new)|operator new(\\[\\])?',
  '(__gnu_cxx::new_allocator|__malloc_alloc_template|simple_alloc)::allocate',
  '(tcmalloc|BaseArena)::.*',
  'runtime\\..*',
].join('|');

/** Calls of the Go runtime that stand in the middle of a stack. */
const runtimeCalls = 'runtime\\.(panic|reflectcall|call[0-9]*)';

const lockFunctions = [
  '(base::)?(RecordLockProfileData|SubmitMutexProfileData|SubmitSpinLockProfileData).*',
  '((base::)?Mutex::)?(AwaitCommon|Unlock|ReaderUnlock).*',
  '((base::)?MutexLock::)?~MutexLock.*',
  '(SpinLock::)?(Unlock|SlowUnlock).*',
  '(SpinLockHolder::)?~SpinLockHolder.*',
].join('|');

const profilers = '(ProfileData|CpuProfiler)::prof_handler|ProfileData::Add|__pthread_sighandler|__restore';

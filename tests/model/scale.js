// The constants that the models run with: fewer slots and shorter spinning change how many states there are, not what the code does.
export const scale = [
  ['sync/atomic.h', '#define FL_WATCH_NS 150000ll', '#define FL_WATCH_NS 0ll'],
  ['sync/atomic.h', '#define FL_WATCH_LOOKS 500', '#define FL_WATCH_LOOKS 1'],
  ['sync/mutex.c', '#define SPINS 200', '#define SPINS 1'],
  ['sched/sched.h', '#define FL_LANES_MAX 129u', '#define FL_LANES_MAX 3u'],
  ['sched/sched.h', '#define FL_JOBS_MAX 64u', '#define FL_JOBS_MAX 2u'],
  ['sched/sched.h', '#define FL_PHASES_MAX 64u', '#define FL_PHASES_MAX 2u'],
  ['memory/handles.c', '#define CHUNK_SLOTS 256u', '#define CHUNK_SLOTS 2u'],
  ['memory/handles.c', '#define CHUNKS 256u', '#define CHUNKS 2u'],
];

/** What each group of models is made of, in c_src/; the model itself is models/<group>_model.c. */
const memory = ['memory/allocator.c', 'memory/guard.c', 'memory/invariants.c', 'memory/handles.c', 'sync/mutex.c'];
export const groups = {
  mutex: ['sync/mutex.c'],
  handles: memory,
  lease: [...memory, 'frame/frame.c', 'frame/image.c', 'frame/format.c', 'base/report.c', 'base/text.c'],
  sync: ['barrier', 'condvar', 'event', 'latch', 'lock', 'mutex', 'once', 'queue', 'ring', 'rwlock', 'semaphore', 'seqlock', 'thread', 'wait'].map((name) => `sync/${name}.c`),
  sched: ['sched/sched.c', 'sync/mutex.c'],
};

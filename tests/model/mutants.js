// Faults put into copies of the C, one at a time: [group, model that must see it, file, what is replaced, by what, what that breaks].
// The text to be replaced must be there exactly once. A seventh word, 'long': it takes many schedules, so the short form leaves it out.
const exchange = (order) => `atomic_exchange_explicit(word, value, ${order})`;
const fetchSub = (order) => `atomic_fetch_sub_explicit(word, value, ${order})`;

export const mutants = [
  ['mutex', 'mutex: 3 threads', 'sync/mutex.c', 'if (was == CONTENDED) fl_wake', 'if (was == HELD) fl_wake', 'unlocking wakes nobody who sleeps'],
  ['mutex', 'mutex: 3 threads', 'sync/mutex.c', 'return fl_swap_if(&mutex->state, FREE, HELD);',
    'if (fl_load(&mutex->state) != FREE) return false; fl_store(&mutex->state, HELD); return true;', 'locking looks, then takes: two get in'],
  ['mutex', 'mutex: 3 threads', 'sync/mutex.c', 'while (fl_exchange(&mutex->state, CONTENDED) != FREE) fl_sleep_while(&mutex->state, CONTENDED,',
    'while (!fl_mutex_try_lock(mutex)) fl_sleep_while(&mutex->state, HELD,', 'a sleeper leaves no mark: nobody wakes it'],
  ['mutex', 'mutex: 2 threads, twice', 'sync/atomic.h', exchange('memory_order_acq_rel'), exchange('memory_order_acquire'), 'unlocking does not publish what was written'],
  ['mutex', 'mutex: 2 threads, twice', 'sync/atomic.h', '&expected, desired, memory_order_acq_rel, memory_order_acquire', '&expected, desired, memory_order_release, memory_order_relaxed',
    'locking does not see what was published'],

  ['handles', 'handles: two end the same, one its own', 'memory/handles.c', 'uint32_t generation = ++s->generation;', 'uint32_t generation = s->generation;', 'a handle survives its end'],
  ['handles', 'handles: a slot used again', 'memory/handles.c', 's->generation == life * 2 - 1', 's->generation >= life * 2 - 1', 'a stale handle finds the next object'],
  ['handles', 'handles: a slot used again', 'memory/handles.c', 'fl_mutex_lock(&table.lock);\n  slot *s = living(handle);\n  void *object = s ? s->object : NULL;\n  fl_mutex_unlock(&table.lock);',
    'slot *s = living(handle);\n  void *object = s ? s->object : NULL;', 'looking up takes no lock'],
  ['handles', 'handles: created and ended by two, the table grows', 'memory/handles.c', '    table.live++;\n  }\n  fl_mutex_unlock(&table.lock);',
    '  }\n  fl_mutex_unlock(&table.lock);\n  if (handle) table.live++;', 'counting outside the lock'],

  ['lease', 'lease: two read, one writes', 'frame/frame.c', 'if (lease >= FL_LEASE_WRITER - 1) return false;', '', 'reading while another writes'],
  ['lease', 'lease: two read, one writes', 'frame/frame.c', 'uint32_t before = fl_fetch_sub(&pixels->lease, 1);\n  fl_assert(before > 0 && before',
    'uint32_t before = fl_exchange(&pixels->lease, 0);\n  fl_assert(before > 0 && before', 'one reader ends the lease of all'],
  ['lease', 'lease: two write, one reads', 'frame/frame.c', 'return fl_swap_if(&pixels->lease, 0, FL_LEASE_WRITER);',
    'if (fl_load(&pixels->lease)) return false; fl_store(&pixels->lease, FL_LEASE_WRITER); return true;', 'taking a lease looks, then takes'],
  ['lease', 'lease: two write, one reads', 'sync/atomic.h', exchange('memory_order_acq_rel'), exchange('memory_order_relaxed'), 'giving a lease back publishes nothing'],
  ['lease', 'lease: disposed of while two hold it', 'sync/atomic.h', fetchSub('memory_order_acq_rel'), fetchSub('memory_order_relaxed'), 'the last holder frees what another still wrote'],
  ['lease', 'lease: disposed of while two hold it', 'frame/frame.c', 'uint32_t before = fl_fetch_sub(&held->references, 1);',
    'uint32_t before = fl_load(&held->references); fl_store(&held->references, before - 1);', 'a reference is lost: pixels are leaked or freed twice'],

  ['sched', 'sched: one tile and a worker', 'sched/sched.c', 'if (fl_load_ordered(&pool.lanes[n].hazard) == job->slot + 1) return false;', '{}', 'a job is forgotten while a worker looks at it'],
  ['sched', 'sched: one tile, store buffers', 'sched/sched.c', 'fl_store_ordered(&me->hazard, slot + 1);', 'fl_store(&me->hazard, slot + 1);', 'a hazard announced too late (seen with store buffers only)'],
  ['sched', 'sched: one tile, store buffers', 'sync/atomic.h', 'atomic_store_explicit(pointer, value, memory_order_seq_cst)', 'atomic_store_explicit(pointer, value, memory_order_release)',
    'a job taken off the table too late (seen with store buffers only)'],
  ['sched', 'sched: one tile and a worker', 'sched/sched.c', 'fl_fetch_add(&pool.epoch, 1);', '{}', 'the epoch stands still: a worker sleeps through the end'],
  ['sched', 'sched: one tile and a worker', 'sched/sched.c', 'uint32_t epoch = fl_load_ordered(&pool.epoch);\n    if (fl_load(&pool.shut_down) || fl_load(&me->state) != LANE_SERVING) return;',
    'if (fl_load(&pool.shut_down) || fl_load(&me->state) != LANE_SERVING) return;\n    uint32_t epoch = fl_load_ordered(&pool.epoch);', 'looks for the end before it reads the epoch (a bug there was)'],
  ['sched', 'sched: a worker traps', 'sched/sched.c', 'LANE_SERVING, LANE_DYING)', 'LANE_SERVING, LANE_DEAD)', 'a job let go while a dying worker tells it (a bug there was)'],
  ['sched', 'sched: a worker traps', 'sched/sched.c', 'if (job) tell_news(job); /* a caller', '(void)job; /* a caller', 'a death is not told to the caller that sleeps'],
  ['sched', 'sched: two tiles and a worker', 'sched/sched.c', '  tell_news(job);\n  if (p + 1', '  if (p + 1', 'the end of a phase is not told'],
  ['sched', 'sched: a worker vanishes', 'sched/sched.c', 'fl_fetch_add(&job->deaths, 1);', '{}', 'a tile claimed but not marked stays undone', 'long'],
  ['sched', 'sched: a worker vanishes, two tiles', 'sched/sched.c', 'fl_store(word, FREE);', '{}', 'what a dead worker had claimed stays claimed', 'long'],
  ['sched', 'sched: the owner only looks', 'sched/sched.c', 'fl_load(&job->words[job->phases[p].first_word + i]) != DONE', 'fl_load(&job->words[job->phases[p].first_word + i]) == FREE',
    'a tile that is only claimed counts as done'],
  ['sched', 'sched: two workers, one vanishes', 'sched/sched.c', 'if (!fl_swap_if(word, FREE, owned(CLAIMED, lane_number))) return false;',
    'if (fl_load(word) != FREE) return false; fl_store(word, owned(CLAIMED, lane_number));', 'claiming a tile looks, then takes', 'long'],
  ['sched', 'sched: a worker traps in place', 'sched/sched.c', 'if ((held & 3) == COMMITTED && job->undo) job->undo(job->context, &task);', '(void)task;', 'what a dead worker had overwritten is not restored'],
  ['sched', 'sched: two phases and a worker', 'sched/sched.c', 'if (!fl_swap_if(&job->phase, p, p + 1)) return;', 'fl_fetch_add(&job->phase, 1);', 'two threads that see a phase end both begin the next'],
  ['sched', 'sched: two phases and a worker', 'sync/atomic.h', 'atomic_fetch_add_explicit(word, value, memory_order_acq_rel)', 'atomic_fetch_add_explicit(word, value, memory_order_relaxed)',
    'a phase begins before the results of the last are visible', 'long'],
];

// Faults put into copies of the C, one at a time: [suite that must show it, file, what is replaced, by what, what that breaks].
const cas = (orders) => `&expected, desired, ${orders}`;

export const mutants = [
  ['stress_sched', 'sync/atomic.h', 'atomic_load_explicit((fl_atomic *)word, memory_order_acquire)', 'atomic_load_explicit((fl_atomic *)word, memory_order_relaxed)', 'fl_load: acquire weakened to relaxed'],
  ['sync_items', 'sync/atomic.h', 'atomic_store_explicit(word, value, memory_order_seq_cst)', 'atomic_store_explicit(word, value, memory_order_relaxed)', 'fl_store_ordered: seq_cst weakened to relaxed'],
  ['stress_memory', 'sync/atomic.h', 'atomic_exchange_explicit(word, value, memory_order_acq_rel)', 'atomic_exchange_explicit(word, value, memory_order_acquire)', 'fl_exchange: release lost, so unlocking publishes nothing'],
  ['stress_memory', 'sync/atomic.h', cas('memory_order_acq_rel, memory_order_acquire'), cas('memory_order_release, memory_order_relaxed'), 'fl_swap_if: acquire lost, so locking sees nothing'],
  ['stress_frames', 'sync/atomic.h', 'atomic_fetch_sub_explicit(word, value, memory_order_acq_rel)', 'atomic_fetch_sub_explicit(word, value, memory_order_relaxed)', 'fl_fetch_sub: relaxed, so the last holder frees what others still wrote'],
  ['stress_sched', 'sched/sched.c', 'if (fl_load_ordered(&pool.lanes[n].hazard) == job->slot + 1) return false;', '{}', 'a job is forgotten while workers look at it'],
  ['stress_memory', 'memory/handles.c', 'fl_mutex_lock(&table.lock);\n  slot *s = living(handle);\n  void *object = s ? s->object : NULL;\n  fl_mutex_unlock(&table.lock);',
    'slot *s = living(handle);\n  void *object = s ? s->object : NULL;', 'a handle is looked up without the lock'],
  ['sync_locks', 'sync/lock.c', 'if (fl_swap_if(&lock->state, state, self | contended)) return', 'fl_store(&lock->state, self | contended); if (true) return', 'the owned lock looks, then takes: two hold it'],
];

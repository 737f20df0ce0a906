#include "machine.h"

#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define STACK_BYTES (32u << 10)
#define SCHEDULER_BYTES (64u << 10) /* behind the stacks: what is no part of the state */
#define SIGNAL_BYTES (32u << 10)

machine fl_machine;
const fl_model *fl_machine_model;
int fl_machine_running = -1;

static uint8_t *stacks;
static uint8_t *tls;
static size_t tls_bytes;
/* what lives outside the state */
static struct outside {
  verdict verdict;
  void *scheduler;
  jmp_buf failure;
} *outside;

verdict *fl_machine_verdict(void) { return &outside->verdict; }
uint8_t *fl_machine_stack_top(int number) { return stacks + (size_t)(number + 1) * STACK_BYTES; }
bool fl_machine_on_a_stack(uintptr_t address) {
  return address - (uintptr_t)stacks < FL_MODEL_THREADS * STACK_BYTES;
}
int fl_model_self(void) { return fl_machine_running; }

/* ---- coroutines ---- */

void fl_machine_switch(void **save, void *to);
__asm__(".text\n.globl fl_machine_switch\nfl_machine_switch:\n"
        "push %rbp\npush %rbx\npush %r12\npush %r13\npush %r14\npush %r15\n"
        "mov %rsp, (%rdi)\nmov %rsi, %rsp\n"
        "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbx\npop %rbp\nret\n");

static thread *current(void) { return &fl_machine.threads[fl_machine_running]; }

static void to_scheduler(void) { fl_machine_switch(&current()->stack_pointer, outside->scheduler); }

static void live(void) {
  fl_machine_model->thread(fl_machine_running);
  current()->life = ENDED;
  to_scheduler();
}

static void live_on(void) {
  fl_machine_model->after_death(fl_machine_running);
  current()->life = ENDED;
  to_scheduler();
}

static void put_on_stack(int number, void (*entry)(void)) {
  uint8_t *top = fl_machine_stack_top(number);
  void **at = (void **)(top - 16);
  memset(top - 128, 0, 128);
  *--at = (void *)entry; /* leaves the stack as a call would */
  fl_machine.threads[number].stack_pointer = at - 6;
}

static void run(int number) {
  fl_machine_running = number;
  thread *t = &fl_machine.threads[number];
  memcpy(tls, t->tls, tls_bytes);
  fl_machine_switch(&outside->scheduler, t->stack_pointer);
  memcpy(t->tls, tls, tls_bytes);
  fl_machine_running = -1;
}

void fl_model_fail(const char *what) {
  outside->verdict.failed = true;
  snprintf(outside->verdict.text, sizeof outside->verdict.text, "%s", what);
  _longjmp(outside->failure, 1); /* off whatever stack this is; the state is not gone on with */
}

void fl_model_trap(void) { fl_model_fail("an assertion of the core failed (fl_assert)"); }

static void on_signal(int number) {
  (void)number;
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_UNBLOCK, &all, NULL); /* we leave this handler by switching */
  fl_model_fail("a wild access (SIGSEGV)");
}

/* ---- memory ---- */

static uint64_t read_memory(uintptr_t address, uint32_t size) {
  uint64_t value = 0;
  memcpy(&value, (void *)address, size);
  return value;
}
static void write_memory(uintptr_t address, uint32_t size, uint64_t value) { memcpy((void *)address, &value, size); }

static uint64_t read_own(const thread *me, uintptr_t address, uint32_t size) {
  for (uint32_t i = me->buffer_count; i-- > 0;)
    if (me->buffer[i].address == address) return me->buffer[i].value;
  return read_memory(address, size);
}

static void flush_one(thread *me) {
  buffered *oldest = &me->buffer[0];
  write_memory(oldest->address, oldest->size, oldest->value);
  fl_clocks_publish(oldest);
  me->buffer_count--;
  memmove(oldest, oldest + 1, me->buffer_count * sizeof *oldest);
  memset(&me->buffer[me->buffer_count], 0, sizeof *oldest);
}
static void flush(thread *me) {
  while (me->buffer_count > 0) flush_one(me);
}

static uint64_t masked(uint64_t value, uint32_t size) { return size == 8 ? value : value & ((1ull << size * 8) - 1); }

static uint64_t changed(op_kind op, uint64_t before, uint64_t a) {
  switch (op) {
    case OP_ADD: return before + a;
    case OP_SUB: return before - a;
    case OP_AND: return before & a;
    case OP_OR: return before | a;
    case OP_XOR: return before ^ a;
    default: return a;
  }
}

static void store(thread *me) {
  if (fl_machine_model->store_buffers && me->order != SEQ_CST) {
    if (me->buffer_count == BUFFER) flush_one(me);
    buffered *entry = &me->buffer[me->buffer_count++];
    *entry = (buffered){.address = me->address, .value = masked(me->a, me->size), .size = me->size, .release = me->order >= RELEASE};
    memcpy(entry->seen, entry->release ? me->seen : me->released, sizeof entry->seen);
    return;
  }
  flush(me);
  write_memory(me->address, me->size, me->a);
  fl_clocks_atomic(me, OP_STORE, me->order, me->address, true);
}

static void read_and_write(thread *me) {
  flush(me);
  uint64_t before = read_memory(me->address, me->size);
  bool swaps = me->op != OP_SWAP_IF || before == masked(me->a, me->size);
  if (swaps) write_memory(me->address, me->size, masked(me->op == OP_SWAP_IF ? me->b : changed(me->op, before, me->a), me->size));
  fl_clocks_atomic(me, swaps ? OP_EXCHANGE : OP_LOAD, me->order, me->address, swaps);
  me->result = before;
}

static uint32_t sleepers_on(uintptr_t address) {
  uint32_t count = 0;
  for (int n = 0; n < FL_MODEL_THREADS; n++)
    count += fl_machine.threads[n].life == ASLEEP && fl_machine.threads[n].asleep_on == address;
  return count;
}

static void wake(thread *sleeper) { sleeper->life = READY, sleeper->asleep_on = 0; }

/* One thread alone is woken (variant says which) or left out, or all are. */
static void notify(thread *me, uint32_t variant) {
  flush(me);
  uint32_t sleepers = sleepers_on(me->address), at = 0;
  for (int n = 0; n < FL_MODEL_THREADS; n++) {
    thread *t = &fl_machine.threads[n];
    if (t->life != ASLEEP || t->asleep_on != me->address) continue;
    bool chosen = at++ == variant;
    if (me->a >= sleepers || (me->a == 1 ? chosen : !chosen)) wake(t);
  }
}

static void carry_out(thread *me, uint32_t variant) {
  switch (me->op) {
    case OP_START: break;
    case OP_LOAD:
      me->result = read_own(me, me->address, me->size);
      fl_clocks_atomic(me, OP_LOAD, me->order, me->address, false);
      break;
    case OP_STORE: store(me); break;
    case OP_FENCE:
      if (me->order == SEQ_CST) flush(me);
      fl_clocks_fence(me, me->order);
      break;
    case OP_SLEEP:
      flush(me);
      if (masked(read_memory(me->address, 4), 4) == me->a) me->life = ASLEEP, me->asleep_on = me->address;
      break;
    case OP_WAKE: notify(me, variant); break;
    case OP_CHOOSE: me->result = variant; break;
    case OP_GONE: {
      const thread *other = &fl_machine.threads[me->a];
      me->result = other->dead;
      if (other->dead) fl_clocks_join(me, other);
      break;
    }
    case OP_OVER: me->result = fl_machine.threads[me->a].life == ENDED; break;
    default: read_and_write(me);
  }
}

/* ---- what the instrumented code and the seam call ---- */

static uint64_t at_scheduling_point(op_kind op, uintptr_t address, uint32_t size, uint64_t a, uint64_t b, order order) {
  thread *me = current();
  me->op = op, me->address = address, me->size = size, me->a = a, me->b = b, me->order = order;
  to_scheduler();
  return me->result;
}

/* Setup and finish are no threads: there an access just happens. */
uint64_t fl_machine_access(op_kind op, uintptr_t address, uint32_t size, uint64_t a, uint64_t b, order order) {
  if (fl_machine_running >= 0) return at_scheduling_point(op, address, size, a, b, order);
  uint64_t before = read_memory(address, size);
  if (op != OP_LOAD && (op != OP_SWAP_IF || before == masked(a, size)))
    write_memory(address, size, masked(op == OP_SWAP_IF ? b : changed(op, before, a), size));
  return before;
}

void fl_machine_sleep(uintptr_t address, uint32_t value, bool may_time_out) {
  current()->sleep_ends = may_time_out;
  at_scheduling_point(OP_SLEEP, address, 4, value, 0, SEQ_CST);
  current()->sleep_ends = false;
}
bool fl_machine_is_late(void) { return fl_machine_running >= 0 && current()->late; }
void fl_machine_wake(uintptr_t address, uint32_t count) {
  if (fl_machine_running >= 0) at_scheduling_point(OP_WAKE, address, 4, count, 0, SEQ_CST);
}
void fl_machine_fence(order order) {
  if (fl_machine_running >= 0) at_scheduling_point(OP_FENCE, 0, 0, 0, 0, order);
}
uint32_t fl_model_choose(uint32_t count) { return (uint32_t)at_scheduling_point(OP_CHOOSE, 0, 0, count, 0, RELAXED); }
bool fl_model_is_gone(int number) { return at_scheduling_point(OP_GONE, 0, 0, (uint64_t)number, 0, RELAXED); }
bool fl_model_has_ended(int number) { return at_scheduling_point(OP_OVER, 0, 0, (uint64_t)number, 0, RELAXED); }

/* ---- events ---- */

uint32_t fl_machine_variants(event_kind kind, int number) {
  const thread *t = &fl_machine.threads[number];
  const fl_model *m = fl_machine_model;
  switch (kind) {
    case EVENT_STEP:
      if (t->life != READY) return 0;
      if (t->op == OP_CHOOSE) return (uint32_t)t->a;
      if (t->op == OP_WAKE) {
        uint32_t sleepers = sleepers_on(t->address);
        return t->a < sleepers ? sleepers : 1;
      }
      return 1;
    case EVENT_FLUSH: return t->buffer_count > 0;
    case EVENT_DIE: return t->life != ENDED && !t->dead && (m->killable >> number & 1) && fl_machine.deaths < m->deaths;
    case EVENT_TIMEOUT: return t->life == ASLEEP && m->timeouts && t->sleep_ends;
    case EVENT_SPURIOUS: return t->life == ASLEEP && m->spurious;
    default: return 0;
  }
}

static void die(int number) {
  thread *t = &fl_machine.threads[number];
  flush(t);
  t->dead = true;
  fl_machine.deaths++;
  t->asleep_on = 0, t->op = OP_START;
  t->life = fl_machine_model->after_death ? READY : ENDED;
  if (t->life == READY) put_on_stack(number, live_on);
}

static void happen(event_kind kind, int number, uint32_t variant) {
  thread *t = &fl_machine.threads[number];
  if (kind == EVENT_FLUSH) {
    flush_one(t);
    return;
  }
  if (kind == EVENT_DIE) {
    die(number);
    return;
  }
  if (kind == EVENT_TIMEOUT || kind == EVENT_SPURIOUS) {
    wake(t);
    t->late |= kind == EVENT_TIMEOUT;
    t->op = OP_START;
    return;
  }
  carry_out(t, variant);
  if (t->life == ASLEEP) t->op = OP_START; /* when it wakes, it goes on */
  else run(number);
  /* what is left over is no part of the state */
  t->result = 0;
  if (t->life == ENDED) t->op = OP_START, t->address = t->a = t->b = 0;
}

void fl_machine_happen(event_kind kind, int number, uint32_t variant) {
  if (_setjmp(outside->failure) == 0) {
    happen(kind, number, variant);
    fl_clocks_normalize();
  }
  fl_machine_running = -1;
}

void fl_machine_finish(void) {
  if (fl_machine_model->finish && _setjmp(outside->failure) == 0) fl_machine_model->finish();
}

void fl_machine_describe(char *text, size_t size, event_kind kind, int number) {
  static const char *const ops[] = {"starts or goes on", "load", "store", "add", "sub", "and", "or", "xor", "exchange", "swap if", "fence",
                                    "sleep while", "wake", "choose", "is gone?", "is over?"};
  static const char *const events[] = {"", "store becomes visible", "dies", "sleep times out", "wakes for no reason"};
  const thread *t = &fl_machine.threads[number];
  if (kind != EVENT_STEP) snprintf(text, size, "thread %d %s", number, events[kind]);
  else snprintf(text, size, "thread %d %s +%#lx (%#lx, %#lx) order %d", number, ops[t->op], (unsigned long)t->address, (unsigned long)t->a, (unsigned long)t->b, t->order);
}

/* ---- start ---- */

static int find_tls(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *p = &info->dlpi_phdr[i];
    if (p->p_type != PT_TLS) continue;
    tls_bytes = p->p_memsz;
    size_t room = (p->p_memsz + p->p_align - 1) & ~(p->p_align - 1);
    tls = (uint8_t *)__builtin_thread_pointer() - room;
  }
  return 1; /* the program itself comes first */
}

void fl_machine_start(const fl_model *model) {
  size_t bytes = FL_MODEL_THREADS * STACK_BYTES;
  fl_machine_model = model;
  stacks = mmap(NULL, bytes + SCHEDULER_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  outside = (struct outside *)(stacks + bytes);
  dl_iterate_phdr(find_tls, NULL);
  if (tls_bytes > TLS_BYTES) __builtin_trap();
  stack_t alternative = {.ss_sp = stacks + bytes + SCHEDULER_BYTES - SIGNAL_BYTES, .ss_size = SIGNAL_BYTES};
  sigaltstack(&alternative, NULL);
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  fl_clocks_start();
  if (_setjmp(outside->failure)) return;
  model->setup();
  fl_machine.last = -1;
  for (int n = 0; n < FL_MODEL_THREADS; n++) {
    thread *t = &fl_machine.threads[n];
    if (tls_bytes) memcpy(t->tls, tls, tls_bytes);
    t->life = n < model->threads ? READY : ENDED;
    t->seen[n] = 1;
    if (t->life == READY) put_on_stack(n, live);
  }
}

SUITE(allocator)
SUITE(handles)
SUITE(frame)
SUITE(sched)

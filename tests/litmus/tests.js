// The litmus tests: which outcomes are forbidden, and which ones no run of the threads one after the other could give (so that
// they were interleaved there). An outcome is the bits that were read, the first of the first reader lowest.
// baseline: run once more with what the engine's baseline compiler makes of it, which it never leaves there.
export const tests = [
  { name: 'SB', number: 0, threads: 2, says: 'store buffering: x=1; r=y | y=1; s=x: r = s = 0', forbidden: [0b00], interleaved: [0b00, 0b11], mutant: 'plain accesses' },
  { name: 'MP', number: 1, threads: 2, says: 'message passing: x=1; y=1 | r=y; s=x: r = 1, s = 0', forbidden: [0b01], interleaved: [0b01, 0b10], mutant: 'the stores swapped' },
  { name: 'LB', number: 2, threads: 2, says: 'load buffering: r=x; y=1 | s=y; x=1: r = s = 1', forbidden: [0b11], interleaved: [0b00, 0b11], mutant: 'store before load' },
  { name: 'CoRR', number: 3, threads: 2, says: 'coherence: x=1 | r=x; s=x: r = 1, s = 0', forbidden: [0b01], interleaved: [0b01, 0b10], mutant: 'the reads swapped' },
  { name: 'IRIW', number: 4, threads: 4, says: 'independent reads: x=1 | y=1 | r=x; s=y | t=y; u=x: r = t = 1, s = u = 0', forbidden: [0b0101],
    interleaved: [0b0101, 0b1001, 0b0110, 0b1010, 0b0010, 0b1000, 0b0001, 0b0100, 0b0111, 0b1011, 0b1101, 0b1110], mutant: 'the reads swapped' },
  { name: 'announce', number: 6, threads: 2, says: 'announce, then look, with the calls of sync/atomic.h that sched.c makes: hazard=1; r=job | job=p; s=hazard: r = s = 0',
    forbidden: [0b00], interleaved: [0b00, 0b11], mutant: 'plain accesses', baseline: true },
  { name: 'Peterson', number: 5, threads: 2, says: 'two inside at once: counts lost', mutant: 'the textbook version: plain accesses', baseline: true },
];

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackPressure } from '../../../src/engine/backPressure.ts';
import type { NoteDetail } from '../../../src/shared/timeline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched() {
  const state = { held: 0 };
  const notes: NoteDetail[] = [];
  const onBehind = createBackPressure({
    hold() {
      state.held++;
      return () => state.held--;
    },
    note: (note) => notes.push(note),
  });
  return { state, notes, onBehind };
}

describe('a disk that is behind', () => {
  it('stops reading until it has caught up', () => {
    const { state, onBehind } = watched();
    onBehind(true);
    expect(state.held).toBe(1);
    onBehind(false);
    expect(state.held).toBe(0);
  });

  it('has no note for a short time', () => {
    const { notes, onBehind } = watched();
    for (let i = 0; i < 100; i++) {
      onBehind(true);
      vi.advanceTimersByTime(900);
      onBehind(false);
    }
    expect(notes).toEqual([]);
  });

  it('has a note after a second, and another one when reading resumes', () => {
    const { notes, onBehind } = watched();
    onBehind(true);
    vi.advanceTimersByTime(1_000);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ note: 'back-pressure', text: /reading from the server pauses/ });
    vi.advanceTimersByTime(2_400);
    onBehind(false);
    expect(notes).toHaveLength(2);
    expect(notes[1]?.text).toBe('The disk has caught up: reading continues after 3.4 s.');
    onBehind(false);
    expect(notes).toHaveLength(2);
  });
});

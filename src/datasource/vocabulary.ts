/** What the organisation calls severities and states; asked through the app, which keeps them. */
import { useEffect, useState } from 'react';
import { read } from '../api/client';
import { type LevelShape, type StageShape, type StatusNameShape } from '../api/types.gen';

export interface Vocabulary {
  /** Levels of an own severity ladder, most urgent first; none where the built-in severities hold. */
  levels: readonly LevelShape[];
  /** Built-in states with their own names. */
  statuses: readonly StatusNameShape[];
  /** Own states. */
  stages: readonly StageShape[];
}

export const BUILT_IN: Vocabulary = { levels: [], statuses: [], stages: [] };

/** Milliseconds that it is kept: an editor asks again for each of its queries. */
const KEPT_MS = 60_000;

let held: { at: number; words: Promise<Vocabulary> } | undefined;

/** The words of now; the built-in ones where the app cannot be asked. */
export function vocabulary(now = Date.now()): Promise<Vocabulary> {
  if (held === undefined || now - held.at > KEPT_MS) {
    held = { at: now, words: asked() };
  }
  return held.words;
}

/** For tests: the next one asks anew. */
export function forgetVocabulary(): void {
  held = undefined;
}

async function asked(): Promise<Vocabulary> {
  try {
    const [ladder, names] = await Promise.all([read('severities'), read('statuses')]);
    return { levels: ladder.own ? ladder.levels : [], statuses: names.statuses, stages: names.stages };
  } catch {
    // Typing words works without, and the query itself says what is wrong with the app.
    return BUILT_IN;
  }
}

/** Null until it is known. */
export function useVocabulary(): Vocabulary | null {
  const [words, setWords] = useState<Vocabulary | null>(null);
  useEffect(() => {
    let wanted = true;
    void vocabulary().then((found) => wanted && setWords(found));
    return () => {
      wanted = false;
    };
  }, []);
  return words;
}

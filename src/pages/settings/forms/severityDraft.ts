/** The severity ladder while somebody changes it. */
import { type LevelShape, type SeveritiesInput, type SeveritiesShape } from '../../../api/types.gen';

export interface LevelDraft {
  /** Stable while its fields change. */
  key: string;
  id: string;
  /** Stored levels keep their id: incidents and links name them by it. */
  isStored: boolean;
  title: string;
  severity: LevelShape['severity'];
  colour: LevelShape['colour'];
  description: string;
  /** Separated by commas. */
  words: string;
}

export interface LadderDraft {
  levels: LevelDraft[];
  /** Of levels that go and that incidents are on: the id of the one that takes them. */
  moves: Record<string, string>;
}

export function draftOf({ levels }: SeveritiesShape): LadderDraft {
  return {
    levels: levels.map(({ incidents: _incidents, words, ...level }) => ({
      ...level,
      key: level.id,
      isStored: true,
      words: words.join(', '),
    })),
    moves: {},
  };
}

export function withNewLevel(draft: LadderDraft, key: string): LadderDraft {
  const last = draft.levels.at(-1);
  const level: LevelDraft = {
    key,
    id: '',
    isStored: false,
    title: '',
    severity: last?.severity ?? 'low',
    colour: 'darkgrey',
    description: '',
    words: '',
  };
  return { ...draft, levels: [...draft.levels, level] };
}

export function changed(draft: LadderDraft, key: string, part: Partial<LevelDraft>): LadderDraft {
  return { ...draft, levels: draft.levels.map((each) => (each.key === key ? { ...each, ...part } : each)) };
}

export function without(draft: LadderDraft, key: string): LadderDraft {
  return { ...draft, levels: draft.levels.filter((each) => each.key !== key) };
}

/** One place up (-1) or down (1); at an end nothing changes. */
export function shifted(draft: LadderDraft, key: string, by: -1 | 1): LadderDraft {
  const from = draft.levels.findIndex((each) => each.key === key);
  const [one, other] = [draft.levels[from], draft.levels[from + by]];
  if (!one || !other) {
    return draft;
  }
  return { ...draft, levels: draft.levels.with(from, other).with(from + by, one) };
}

/** Stored levels that the draft has no more and that incidents are on. */
export function leaving(draft: LadderDraft, { levels }: SeveritiesShape): LevelShape[] {
  return levels.filter(({ id, incidents }) => incidents > 0 && !draft.levels.some((each) => idOf(each) === id));
}

/** The id of a level: as it is stored, as somebody wrote it, else made of its title. */
export function idOf({ id, title }: Pick<LevelDraft, 'id' | 'title'>): string {
  return (
    id ||
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 32)
  );
}

export function inputOf(draft: LadderDraft, ladder: SeveritiesShape): SeveritiesInput {
  const gone = new Set(leaving(draft, ladder).map(({ id }) => id));
  return {
    version: ladder.version,
    levels: draft.levels.map(({ title, severity, colour, description, words, ...level }) => ({
      id: idOf({ ...level, title }),
      title,
      severity,
      colour,
      description,
      words: words
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    })),
    moves: Object.fromEntries(Object.entries(draft.moves).filter(([id, target]) => gone.has(id) && target)),
  };
}

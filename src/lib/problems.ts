/** Which field of a form a refusal is about. */

interface Problem {
  path: string;
  problem: string;
}

/** The field's problem; `$.title` and `title` both mean the field `title`, `$.labels.a` is about `labels`. */
export function problemOf(problems: readonly Problem[], field: string): string | undefined {
  return problems.find(({ path }) => path.replace(/^\$\.?/, '').split(/[.[]/)[0] === field)?.problem;
}

/** What no field of the form can show. */
export function otherProblems(problems: readonly Problem[], fields: readonly string[]): Problem[] {
  return problems.filter(({ path }) => !fields.includes(path.replace(/^\$\.?/, '').split(/[.[]/)[0] ?? ''));
}

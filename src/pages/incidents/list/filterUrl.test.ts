import { NO_FILTER } from '../../../api/incidents';
import { ACTIVE, filterOf, isNarrowed, queryOf } from './filterUrl';

describe('the filter in the address (F5)', () => {
  it('shows what needs somebody when nothing is said', () => {
    const filter = filterOf(new URLSearchParams());
    expect(filter).toEqual({ ...NO_FILTER, status: ACTIVE });
    expect(filter.status).not.toContain('resolved');
    expect(queryOf(filter).toString()).toBe('');
  });

  it.each([
    'status=any',
    'status=resolved&status=closed',
    'q=a+%26+%22b%22&level=critical&level=low&stage=vendor&service=a%2Fb&assignee=&drill=false&part=false&sort=severity',
    'status=open&from=2026-01-01T00%3A00%3A00Z&to=2026-02-01T00%3A00%3A00Z',
  ])('comes back as it was: %s', (text) => {
    expect(queryOf(filterOf(new URLSearchParams(text))).toString()).toBe(text);
  });

  it('leaves out what it does not know', () => {
    const filter = filterOf(new URLSearchParams('status=burning&sort=colour&drill=maybe&part=perhaps&x=1'));
    expect(filter).toEqual({ ...NO_FILTER, status: ACTIVE });
  });

  it('knows whether anything narrows the list', () => {
    expect(isNarrowed(filterOf(new URLSearchParams('status=any')))).toBe(false);
    expect(isNarrowed(filterOf(new URLSearchParams('service=a')))).toBe(true);
  });
});

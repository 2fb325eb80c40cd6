/** Whom an incident can be given to. */
import { useQuery } from '@tanstack/react-query';
import { peopleQuery } from '../../api/people';
import { type KnownPerson } from '../../components/AssigneePicker';

const NOBODY: readonly KnownPerson[] = [];

export function useKnownPeople(): readonly KnownPerson[] {
  return useQuery(peopleQuery()).data ?? NOBODY;
}

/** Whom an incident can be given to: everybody known for Admins, else those who have incidents already. */
import { useQuery } from '@tanstack/react-query';
import { incidentHeadQuery, NO_FILTER } from '../../api/incidents';
import { peopleQuery } from '../../api/people';
import { type KnownPerson } from '../../components/AssigneePicker';
import { signedIn } from '../../lib/role';

export function useKnownPeople(): readonly KnownPerson[] {
  const { isAdmin } = signedIn();
  const known = useQuery(peopleQuery(isAdmin));
  const head = useQuery({ ...incidentHeadQuery(NO_FILTER), enabled: !isAdmin });
  return isAdmin
    ? (known.data?.items ?? [])
    : Object.keys(head.data?.facets.assignee ?? {}).map((login) => ({ login }));
}

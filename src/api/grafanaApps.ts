/** Which apps this Grafana has. */
import { isAppPluginInstalled } from '@grafana/runtime';
import { useQuery } from '@tanstack/react-query';

/** Whether an app is installed; false while that is not known. */
export function useHasApp(id: string): boolean {
  const { data = false } = useQuery({
    queryKey: ['grafana-app', id],
    // Grafana before 13 has no such function.
    queryFn: async () => typeof isAppPluginInstalled === 'function' && (await isAppPluginInstalled(id)),
    staleTime: Infinity,
    retry: false,
  });
  return data;
}

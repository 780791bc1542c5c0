// Reading with TanStack Query: a query's key is its path, so that one write can refresh everything shown.
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { get } from './client';
import type { Clock } from './types';

/** Reads `path` and again every `seconds` (0: once). Only the first read counts as a person's doing. */
export function useRead<T>(path: string | null, seconds = 0): UseQueryResult<T> {
  return useQuery<T>({
    queryKey: [path],
    queryFn: ({ client, signal }) => get<T>(path as string, { signal, background: client.getQueryData([path]) !== undefined }),
    enabled: path !== null,
    refetchInterval: seconds ? seconds * 1000 : false,
  });
}

/** After a write: everything on the page is read anew. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries();
}

/** The program's clock: absent outside the sample profile, where real time is used. */
export const useClock = (): UseQueryResult<Clock> => useRead<Clock>('/clock', 20);

/** The program's time, so that ages and due times are right in virtual time too. */
export function useNow(): number {
  const clock = useClock();
  const [offset, setOffset] = useState(0);
  const now = clock.data?.now;
  useEffect(() => {
    if (now) setOffset(Date.parse(now) - Date.now());
  }, [now]);
  return Date.now() + offset;
}

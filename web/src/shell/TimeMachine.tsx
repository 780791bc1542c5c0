// Moves the sample's virtual time, and says what that set off.
import { useState, type ReactNode } from 'react';
import { post } from '../api/client';
import { useClock, useRefresh } from '../api/queries';
import type { Advanced } from '../api/types';
import { count, due, moment } from '../words';
import { useAnnounce } from './announce';
import { explain } from './Failure';

export function TimeMachine(): ReactNode {
  const clock = useClock();
  const refresh = useRefresh();
  const announce = useAnnounce();
  const [busy, setBusy] = useState(false);
  if (!clock.data?.virtual) return null;
  const { now, next_timer_at: next } = clock.data;
  const move = async (where: { by: string } | { to: 'next_timer' }): Promise<void> => {
    setBusy(true);
    announce('Moving time…');
    try {
      const done = await post<Advanced>('/clock:advance', where);
      await refresh();
      announce(`It is now ${moment(done.now)}. ${done.fired === 0 ? 'No timer fired' : `${count(done.fired, 'timer')} fired`}.`);
    } catch (error) {
      announce(`Time was not moved: ${explain(error)}`);
    }
    setBusy(false);
  };
  return (
    <>
      <button className="clock quiet" popoverTarget="time-machine" aria-label={`Time machine: it is ${moment(now)}`}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.25" /><path d="M8 4.5V8l2.5 1.5" /></svg>
        <time dateTime={now}>{moment(now)}</time>
      </button>
      <div id="time-machine" popover="auto" className="popup" role="group" aria-label="Time machine">
        <p>Virtual time of the sample: <strong>{moment(now)}</strong></p>
        <div className="actions">
          <button disabled={busy} onClick={() => void move({ by: 'PT1H' })}>+1 h</button>
          <button disabled={busy} onClick={() => void move({ by: 'PT48H' })}>+48 h</button>
          <button disabled={busy || !next} onClick={() => void move({ to: 'next_timer' })}>To the next timer</button>
        </div>
        <p className="muted">{next ? `Next timer ${due(next, Date.parse(now))}, ${moment(next)}` : 'No timer is waiting.'}</p>
      </div>
    </>
  );
}

// The Ninefold mark: nine phases in three rows, the current one warm.
import type { ReactNode } from 'react';

export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
      {[0, 1, 2, 5, 4, 3, 6, 7, 8].map((place, phase) => (
        <rect key={place} className={phase === 4 ? 'now' : ''} x={1 + (place % 3) * 8} y={1 + Math.floor(place / 3) * 8}
          width="6" height="6" rx="1.5" opacity={phase === 4 ? 1 : 1 - phase * 0.09} />
      ))}
    </svg>
  );
}

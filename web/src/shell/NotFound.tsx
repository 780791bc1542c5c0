import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useTitle } from './title';

export function NotFound(): ReactNode {
  useTitle('Not found');
  return (
    <div className="narrow">
      <h1>There is no such page</h1>
      <p>The address may be mistyped, or what it named is gone.</p>
      <p><Link to="/">Go to your start page</Link></p>
    </div>
  );
}
